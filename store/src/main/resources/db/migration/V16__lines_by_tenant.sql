-- Each line of the backlog has its tenants and its deadlines in order: that of tasks without conditions, those of selectors, and what is held for each limit.
--
-- The indexes that these replace go in a migration of their own: building one lets readers in, dropping one lets nobody in, and whoever does both in one
-- transaction waits for claims that wait for it.
--
-- One index does what three did: the first of each tenant ('' is the line that there was), what is held for each key and type, and the lines of selectors.
-- Queries of versions before this one find their way in it, since they name held_by and task_type. A plain task has as many index entries as before; one that
-- is held has two fewer.
create index task_state_line on task_state (held_by, task_type, tenant, rank, task_id) where status = 'QUEUED';

-- The first that are due, in each line.
create index task_state_line_due on task_state (held_by, task_type, deadline, rank) where status = 'QUEUED' and deadline is not null;

-- What limits count and is out, and what they put in line lately.
create index task_state_limited on task_state (status, lined_at)
  where limit_keys is not null and status in ('QUEUED', 'RELEASED', 'DISPATCHED', 'RUNNING');
