-- What a queued task is held for: a limit or a budget that has no room. It is not in line until whoever holds it puts it there again; '' is in line.
alter table task_state add column held_by text not null default '';
-- Tasks that only a claim lets out of the backlog, because something beside credit decides on them, under the claim's lock. The others may also
-- leave it in the transaction that makes them ready.
alter table task_state add column needs_claim boolean not null default false;

-- What is held must not stand in the way of a claim, however much it is. Workers of versions before this one sort the backlog of a type, until they
-- are replaced.
drop index task_state_backlog;
create index task_state_backlog on task_state (task_type, held_by, rank, task_id) include (run_id, priority) where status = 'QUEUED';
create index task_state_held on task_state (held_by, rank, task_id) where status = 'QUEUED' and held_by <> '';
