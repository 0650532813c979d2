-- Commands, dependencies across runs, and events. PostgreSQL 18 is the least version: uuidv7().

-- A paused run that has not ended is published as PAUSED, whatever its status; PAUSED itself is not stored any more.
alter table run add column paused boolean not null default false;
-- All of it is to end: by a command, or because an operator cancelled its workflow.
alter table run add column cancel_all boolean not null default false;
update run set paused = true, status = 'RUNNING' where status = 'PAUSED';
-- When the reconciler last saw the run's workflow; -infinity: it is to look at once.
alter table run add column verified_at timestamptz not null default '-infinity';
drop index run_open;
create index run_unverified on run (verified_at) where status = 'RUNNING';
create index run_paused on run (run_id) where paused and status in ('PENDING', 'STARTING', 'RUNNING');

-- Commands are rows first; a worker delivers them to the run until its workflow has taken them. A row is written while its
-- transaction holds the run's row, so that per run the sequence is the order in which run.paused changed.
drop table command;
create table command (
  command_id uuid primary key,
  sequence bigint generated always as identity,
  tenant text not null,
  principal text not null,
  kind text not null,                       -- CANCEL, PAUSE or RESUME
  run_id uuid,                              -- null: the task had no run, and was cancelled where the command was accepted
  task_id uuid,
  task_indexes integer[] not null default '{}',   -- empty: the whole run
  code text not null,                       -- what the errors of cancelled tasks say; empty for PAUSE and RESUME
  reason text not null,
  created_at timestamptz not null default now(),
  attempted_at timestamptz,                 -- when a worker last set out to deliver it
  acknowledged_at timestamptz
);
create index command_open on command (sequence) where acknowledged_at is null;
create index command_done on command (acknowledged_at) where acknowledged_at is not null;
create index command_by_run on command (run_id, sequence) where run_id is not null;
create index command_by_task on command (task_id, sequence) where task_id is not null;

-- When the parent's end was passed on to the child, once.
alter table task_dependency add column settled_at timestamptz;
create index task_dependency_open on task_dependency (parent_id) where settled_at is null;
create index task_dependency_by_child on task_dependency (child_id);

create index task_state_unsuccessful on task_state (tenant, task_id) where status in ('FAILED', 'CANCELLED');

-- Changes of published statuses, append-only. A reader's position is (xid, sequence), and it reads only what is below the
-- snapshot's xmin: no transaction that could still add something there is under way.
create table event (
  event_id uuid not null default uuidv7(),  -- only the partition key
  xid xid8 not null default pg_current_xact_id(),
  sequence bigint generated always as identity,
  tenant text not null,
  run_id uuid,
  run_number integer,
  task_id uuid,                             -- null: about the run
  task_type text,
  status text not null,
  attempt integer,
  error_code text,
  at timestamptz not null default clock_timestamp()
) partition by range (event_id);
create index event_by_tenant on event (tenant, xid, sequence);
create index event_by_run on event (run_id, xid, sequence) where run_id is not null;

insert into partitioned_table values ('event', 100);
create table event_other partition of event default;
select ensure_partitions((now() at time zone 'UTC')::date - 1, 9);

-- Drops the day's partitions unless the day has a live task or run, or a task whose end has not been passed on. Returns
-- whether it did.
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
     or exists (select from task_dependency where parent_id >= low and parent_id < high and settled_at is null) then
    return false;
  end if;
  for parent in select name from partitioned_table order by name loop
    execute format('drop table if exists %I', parent || '_' || to_char(day, 'YYYYMMDD'));
  end loop;
  return true;
end $$;

-- How a run ends whose tasks have all ended: the planner's rule (Endings.runStatus), for whoever records the last of them.
create function run_verdict(cancel_all boolean, failed integer, cancelled integer) returns run_status
language sql immutable as $$
  select case when cancelled > 0 and (cancel_all or failed = 0) then 'CANCELLED'::run_status
              when failed > 0 then 'FAILED'::run_status
              else 'COMPLETED'::run_status end
$$;

create function published_status(status task_status) returns text language sql immutable as $$
  select case when status in ('RELEASED', 'BACKOFF') then 'QUEUED' else status::text end
$$;

create function published_status(status run_status, paused boolean) returns text language sql immutable as $$
  select case when status in ('COMPLETED', 'FAILED', 'CANCELLED') then status::text
              when paused then 'PAUSED'
              when status = 'STARTING' then 'PENDING'
              else status::text end
$$;

-- The events are written by triggers, a set for a statement, so that no writer can forget. Their plans are made at a session's
-- first statement, which mostly changes one row, and kept: without the setting it would be a nested loop for 10,000 rows, too.
create function publish_new_tasks() returns trigger language plpgsql as $$
begin
  insert into event (tenant, run_id, run_number, task_id, task_type, status, attempt, error_code)
  select n.tenant, n.run_id, n.run_number, n.task_id, n.task_type, published_status(n.status), nullif(n.attempt, 0),
    n.error_code
  from new_rows n;
  return null;
end $$;

create function publish_changed_tasks() returns trigger language plpgsql set enable_nestloop = off as $$
begin
  insert into event (tenant, run_id, run_number, task_id, task_type, status, attempt, error_code)
  select n.tenant, n.run_id, n.run_number, n.task_id, n.task_type, published_status(n.status), nullif(n.attempt, 0),
    n.error_code
  from new_rows n join old_rows o on o.task_id = n.task_id
  where published_status(n.status) <> published_status(o.status);
  return null;
end $$;

-- Of DAGs only, and of each only the latest run.
create function publish_new_runs() returns trigger language plpgsql as $$
begin
  insert into event (tenant, run_id, run_number, status)
  select n.tenant, n.run_id, n.run_number, published_status(n.status, n.paused)
  from new_rows n
  where n.kind = 'DAG';
  return null;
end $$;

create function publish_changed_runs() returns trigger language plpgsql set enable_nestloop = off as $$
begin
  insert into event (tenant, run_id, run_number, status)
  select n.tenant, n.run_id, n.run_number, published_status(n.status, n.paused)
  from new_rows n join old_rows o on o.run_id = n.run_id and o.run_number = n.run_number
  where n.kind = 'DAG' and published_status(n.status, n.paused) <> published_status(o.status, o.paused)
    and n.run_number = (select max(l.run_number) from run l where l.run_id = n.run_id);
  return null;
end $$;

create trigger publish_new_tasks after insert on task_state
  referencing new table as new_rows for each statement execute function publish_new_tasks();
create trigger publish_changed_tasks after update on task_state
  referencing old table as old_rows new table as new_rows for each statement execute function publish_changed_tasks();
create trigger publish_new_runs after insert on run
  referencing new table as new_rows for each statement execute function publish_new_runs();
create trigger publish_changed_runs after update on run
  referencing old table as old_rows new table as new_rows for each statement execute function publish_changed_runs();
