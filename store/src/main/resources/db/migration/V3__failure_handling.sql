-- Failure handling: deadlines, further runs of ended DAGs, dead letters, late outcomes, circuit breakers.

-- task_state.deadline repeats task.deadline, which never changes, for the sweep's sake.
alter table task_state add column deadline timestamptz;
-- When the task's run was told that the deadline has passed; a further run is told anew.
alter table task_state add column expiry_commanded_at timestamptz;
-- Attempts made before a user had the task run again: they do not count against max_attempts any more.
alter table task_state add column attempt_base integer not null default 0;
create index task_state_deadline on task_state (deadline)
  where deadline is not null and expiry_commanded_at is null
    and status in ('PENDING', 'WAITING', 'QUEUED', 'RELEASED', 'BACKOFF');

-- A task whose place in its DAG another has taken keeps its row, and has no run any more (run_id is null, its dag_id in task
-- stays): whoever asks for a run's tasks finds the one that counts. The other names it in reprocessed_from.
create index task_by_origin on task (reprocessed_from) where reprocessed_from is not null;

-- The number of the run that the command was accepted for, or that took over from it: a DAG that runs again after its end is
-- not told of commands from before.
alter table command add column run_number integer;
update command c set run_number = (select max(r.run_number) from run r where r.run_id = c.run_id) where run_id is not null;

create type dead_letter_state as enum ('OPEN', 'REPROCESSED', 'RERUN', 'DELETED');

-- A row for each time that a task FAILED, of which one at most is OPEN: this table is the truth, the stream in Redis a copy of
-- what is OPEN in it. What a task is, is in task. Entry ids are given by the one deliverer, ascending; null until then.
create table dead_letter (
  task_id uuid not null,
  run_number integer not null,              -- of the run in which it failed; 0 for a task that was in none
  tenant text not null,
  error_code text not null,
  error_message text not null,
  attempts integer not null,
  failed_at timestamptz not null,
  state dead_letter_state not null default 'OPEN',
  left_at timestamptz,                      -- when it ceased to be OPEN
  entry_millis bigint,
  entry_sequence bigint,
  delivered_at timestamptz,                 -- when it was written to the stream
  reprocessed_as uuid,                      -- the task that was made of it
  primary key (task_id, run_number)
);
create unique index dead_letter_open_by_task on dead_letter (task_id) where state = 'OPEN';
create unique index dead_letter_by_entry on dead_letter (entry_millis, entry_sequence) where entry_millis is not null;
create index dead_letter_open on dead_letter (tenant, entry_millis desc, entry_sequence desc)
  where state = 'OPEN' and entry_millis is not null;
create index dead_letter_open_by_entry on dead_letter (entry_millis, entry_sequence)
  where state = 'OPEN' and entry_millis is not null;
create index dead_letter_unnumbered on dead_letter (failed_at) where entry_millis is null and state = 'OPEN';
create index dead_letter_undelivered on dead_letter (entry_millis, entry_sequence)
  where delivered_at is null and entry_millis is not null and state = 'OPEN';

-- Entries that are to leave the stream.
create table dead_letter_removal (
  entry_millis bigint not null,
  entry_sequence bigint not null,
  primary key (entry_millis, entry_sequence)
);

-- One row: the last entry id that was given, and whether somebody wants the stream written anew.
create table dead_letter_stream (
  only_row boolean primary key default true check (only_row),
  last_millis bigint not null default 0,
  last_sequence bigint not null default 0,
  rebuild_requested_at timestamptz,
  rebuilt_at timestamptz
);
insert into dead_letter_stream default values;

-- In the very transaction that makes a task FAILED, so that no way to fail forgets it. A task that fails again, having been run
-- again, is a new dead letter; what became of the former one stays known under its entry id.
create function keep_dead_letter() returns trigger language plpgsql as $$
begin
  insert into dead_letter (task_id, run_number, tenant, error_code, error_message, attempts, failed_at)
  values (new.task_id, coalesce(new.run_number, 0), new.tenant, coalesce(new.error_code, 'UNKNOWN'),
    coalesce(new.error_message, ''), new.attempt, coalesce(new.ended_at, now()))
  on conflict (task_id, run_number) do update    -- no way leads there; if one ever does, nothing is lost by it
  set error_code = excluded.error_code, error_message = excluded.error_message, attempts = excluded.attempts,
      failed_at = excluded.failed_at, state = 'OPEN', left_at = null, entry_millis = null, entry_sequence = null,
      delivered_at = null, reprocessed_as = null;
  perform pg_notify('orchestrator_dead_letters', '');
  return null;
end $$;

-- A task that runs again, as the same task, is no dead letter for the time being.
create function leave_dead_letter() returns trigger language plpgsql as $$
begin
  update dead_letter set state = 'RERUN', left_at = now() where task_id = new.task_id and state = 'OPEN';
  return null;
end $$;

create function remove_dead_letter_entry() returns trigger language plpgsql as $$
begin
  insert into dead_letter_removal values (old.entry_millis, old.entry_sequence) on conflict do nothing;
  perform pg_notify('orchestrator_dead_letters', '');
  return null;
end $$;

create trigger keep_dead_letter after update of status on task_state
  for each row when (new.status = 'FAILED' and old.status <> 'FAILED') execute function keep_dead_letter();
create trigger leave_dead_letter after update of status on task_state
  for each row when (new.status <> 'FAILED' and old.status = 'FAILED') execute function leave_dead_letter();
create trigger remove_dead_letter_entry after update of state on dead_letter
  for each row when (old.state = 'OPEN' and new.state <> 'OPEN' and old.entry_millis is not null)
  execute function remove_dead_letter_entry();

insert into dead_letter (task_id, run_number, tenant, error_code, error_message, attempts, failed_at)
select task_id, coalesce(run_number, 0), tenant, coalesce(error_code, 'UNKNOWN'), coalesce(error_message, ''), attempt,
  coalesce(ended_at, now())
from task_state where status = 'FAILED';

-- What came of a dispatch after its task had moved on: it changes nothing, but what it cost was spent.
create table late_outcome (
  task_id uuid not null,
  epoch integer not null,
  attempt integer not null,
  tenant text not null,
  agent_id text,
  outcome attempt_outcome not null,
  error_code text,
  cost_micro_usd bigint not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  recorded_at timestamptz not null default now(),
  primary key (task_id, epoch)
) partition by range (task_id);
insert into partitioned_table values ('late_outcome', 100);
create table late_outcome_other partition of late_outcome default;
select ensure_partitions((now() at time zone 'UTC')::date - 1, 9);

-- What a worker last saw of the agent's circuit breaker, for readers; workers share the breaker itself elsewhere.
alter table agent add column breaker_state text not null default 'CLOSED';   -- CLOSED, OPEN or HALF_OPEN
alter table agent add column breaker_failures integer not null default 0;    -- consecutive
alter table agent add column breaker_opened_at timestamptz;
alter table agent add column breaker_version bigint not null default 0;      -- of the state that this is; older ones do not overwrite it

-- Drops the day's partitions unless the day has a live task or run, a task whose end has not been passed on, or an open dead
-- letter. Returns whether it did.
create or replace function retire_partitions(day date) returns boolean language plpgsql as $$
declare
  low uuid := uuid7_floor(day::timestamp at time zone 'UTC');
  high uuid := uuid7_floor((day + 1)::timestamp at time zone 'UTC');
  parent text;
begin
  perform pg_advisory_xact_lock(hashtext('orchestrator.partitions'));
  if exists (select from task_state where task_id >= low and task_id < high
               and status not in ('COMPLETED', 'FAILED', 'CANCELLED'))
     or exists (select from run where run_id >= low and run_id < high
               and status not in ('COMPLETED', 'FAILED', 'CANCELLED'))
     or exists (select from task_dependency where parent_id >= low and parent_id < high and settled_at is null)
     or exists (select from dead_letter where task_id >= low and task_id < high and state = 'OPEN') then
    return false;
  end if;
  for parent in select name from partitioned_table order by name loop
    execute format('drop table if exists %I', parent || '_' || to_char(day, 'YYYYMMDD'));
  end loop;
  delete from dead_letter where task_id >= low and task_id < high;
  return true;
end $$;
