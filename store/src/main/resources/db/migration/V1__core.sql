-- The store: what was accepted, where every task is, and what its outcomes were. PostgreSQL is the authority on all three.
--
-- Ids are UUIDv7, so ranges of them are ranges of time: the large tables are partitioned by day of their id, made ahead by
-- ensure_partitions() and dropped by retire_partitions(), which never drops a day that still has a live task.
-- What never changes (task, dag) stands apart from what changes often (task_state, run), whose rows are narrow and leave
-- room on their pages for updates in place.

create type priority_key as enum ('CRITICAL', 'HIGH', 'NORMAL', 'LOW', 'BACKGROUND');
create type task_status as enum
  ('PENDING', 'WAITING', 'QUEUED', 'RELEASED', 'RUNNING', 'BACKOFF', 'COMPLETED', 'FAILED', 'CANCELLED');
create type run_status as enum ('PENDING', 'STARTING', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED');
create type run_kind as enum ('DAG', 'GROUP');
create type on_failure as enum ('CANCEL_DEPENDENTS', 'FAIL_FAST', 'CONTINUE');
create type attempt_outcome as enum ('COMPLETED', 'FAILED', 'CANCELLED');

-- A DAG as submitted. Immutable.
create table dag (
  dag_id uuid not null,
  tenant text not null,
  principal text not null,
  region text not null,
  traceparent text,
  tracestate text,
  name text not null,
  on_failure on_failure not null,
  priority priority_key not null,
  deadline timestamptz,
  cost_budget_micro_usd bigint,
  labels jsonb not null default '{}',
  inputs json not null default '{}',
  task_count integer not null,
  plan bytea not null,                      -- PlanCodec; the edges are here and nowhere else
  critical_path text[] not null,            -- keys
  critical_path_seconds double precision not null,
  created_at timestamptz not null,
  primary key (dag_id)
) partition by range (dag_id);
create index dag_by_tenant on dag (tenant, dag_id desc);
create index dag_by_label on dag using gin (labels);

-- A task as submitted. Immutable.
create table task (
  task_id uuid not null,
  tenant text not null,
  principal text not null,
  region text not null,
  traceparent text,
  tracestate text,
  dag_id uuid,
  key text,                                 -- unique in its DAG or batch
  task_type text not null,
  payload json not null,
  has_templates boolean not null default false,
  priority priority_key not null,
  estimated_complexity real not null,
  deadline timestamptz,
  cost_budget_micro_usd bigint,
  timeout_millis bigint not null,
  max_attempts integer not null,
  retry_initial_millis bigint not null,
  retry_coefficient double precision not null,
  retry_max_millis bigint not null,
  non_retryable_codes text[] not null default '{}',
  preemptible boolean not null default false,
  selector jsonb,                           -- wanted version, region and labels of the agent
  labels jsonb not null default '{}',
  reprocessed_from uuid,                    -- the dead letter's task, where this one replaces it
  created_at timestamptz not null,
  primary key (task_id)
) partition by range (task_id);
create index task_by_tenant on task (tenant, task_id desc);
create index task_by_dag on task (dag_id, key) where dag_id is not null;
create index task_by_label on task using gin (labels) where labels <> '{}';

-- Where a task is. One row a task, narrow, updated in place where no indexed column changes.
create table task_state (
  task_id uuid not null,
  tenant text not null,
  task_type text not null,
  priority priority_key not null,
  status task_status not null,
  run_id uuid,                              -- the DAG's id, or the group's once the task was released
  run_number integer,
  task_index integer,                       -- position in the run's plan
  waiting_on integer not null default 0,    -- dependencies that have not completed
  attempt integer not null default 0,       -- the last attempt that began
  epoch integer not null default 0,         -- the last dispatch
  agent_id text,                            -- of the last dispatch
  queued_at timestamptz,
  released_at timestamptz,
  notified_at timestamptz,                  -- when the run was last told of the release
  first_started_at timestamptz,
  started_at timestamptz,                   -- of the last attempt
  ended_at timestamptz,
  error_code text,
  error_message text,
  primary key (task_id)
) partition by range (task_id);
-- The backlog, in release's order within a type.
create index task_state_backlog on task_state (task_type, priority, task_id) where status = 'QUEUED';
-- What is out of the backlog and not ended: release's debit.
create index task_state_outstanding on task_state (task_type, status, released_at) where status in ('RELEASED', 'RUNNING');
create index task_state_by_run on task_state (run_id, task_index) where run_id is not null;

-- How each attempt ended; written once, by the conditional update's winner.
create table task_attempt (
  task_id uuid not null,
  attempt integer not null,
  tenant text not null,
  run_number integer not null,
  epoch integer not null,
  agent_id text,
  started_at timestamptz,
  ended_at timestamptz not null,
  outcome attempt_outcome not null,
  error_code text,
  error_message text,
  retryable boolean not null default false,
  result json,
  cost_micro_usd bigint not null default 0,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  primary key (task_id, attempt)
) partition by range (task_id);

-- The last checkpoint of a task.
create table task_checkpoint (
  task_id uuid not null,
  tenant text not null,
  attempt integer not null,
  epoch integer not null,
  sequence bigint not null,
  data bytea not null,
  recorded_at timestamptz not null,
  primary key (task_id)
) partition by range (task_id);

-- Dependencies on tasks submitted earlier, in whatever run; those within one DAG are in its plan.
create table task_dependency (
  parent_id uuid not null,
  child_id uuid not null,
  tenant text not null,
  primary key (parent_id, child_id)
) partition by range (parent_id);

-- One execution of a DAG or a group: one Temporal workflow and its continuations.
create table run (
  run_id uuid not null,
  run_number integer not null,
  kind run_kind not null,
  tenant text not null,
  region text not null,
  status run_status not null,
  planner_version integer not null,
  workflow_id text not null,
  task_count integer not null,
  open_count integer not null,              -- tasks that have not ended
  failed_count integer not null default 0,
  cancelled_count integer not null default 0,
  created_at timestamptz not null,
  start_requested_at timestamptz,           -- when a worker last set out to start the workflow
  started_at timestamptz,
  ended_at timestamptz,
  primary key (run_id, run_number)
) partition by range (run_id);
create index run_starting on run (start_requested_at) where status = 'STARTING';
create index run_open on run (run_id) where status in ('RUNNING', 'PAUSED');

-- Commands are rows first; a worker delivers them to the run until it acknowledges.
create table command (
  command_id uuid not null primary key,
  tenant text not null,
  principal text not null,
  kind text not null,
  run_id uuid,
  run_number integer,
  task_id uuid,
  arguments jsonb not null default '{}',
  created_at timestamptz not null,
  delivered_at timestamptz,
  acknowledged_at timestamptz
);
create index command_open on command (created_at) where acknowledged_at is null;

create table idempotency_key (
  tenant text not null,
  key text not null,
  request_hash bytea not null,
  response json not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant, key)
);
create index idempotency_key_expiry on idempotency_key (expires_at);

-- The registry. The credential itself is told once, at registration, and kept only as its SHA-256.
create table agent (
  agent_id text not null primary key,
  tenant text not null,                     -- of the owner
  principal text not null,
  region text not null,
  version text,
  labels jsonb not null default '{}',
  serves_tenants text[],                    -- null: all
  agent_types text[] not null,
  pool text not null,                       -- the first type
  address text not null,
  max_concurrent_tasks integer not null,
  cost_factor numeric(12, 6) not null,      -- USD an hour
  credential_sha256 bytea not null,
  state text not null,                      -- READY, DRAINING or LOST
  active_tasks integer not null default 0,
  registered_at timestamptz not null,
  last_heartbeat_at timestamptz not null
);
create index agent_by_state on agent (state);

-- Limits per type or key, such as model quotas.
create table capacity_limit (
  tenant text not null,
  scope text not null,                      -- task_type or a key of the payload's model
  name text not null,
  max_in_flight integer,
  max_per_minute integer,
  primary key (tenant, scope, name)
);

-- The least UUIDv7 of a moment.
create function uuid7_floor(at timestamptz) returns uuid language sql immutable as $$
  select (lpad(to_hex(floor(extract(epoch from at) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$$;

-- Storage parameters belong to partitions, so ensure_partitions() sets them: rows that are updated in place need room.
create table partitioned_table (
  name text primary key,
  fillfactor integer not null
);
insert into partitioned_table values
  ('dag', 100), ('task', 100), ('task_state', 70), ('task_attempt', 100), ('task_checkpoint', 70), ('task_dependency', 100),
  ('run', 70);

-- Makes the partitions of the days from first_day on, where they are missing. Returns how many it made. A day of which rows
-- have landed in the default partition already is left to it.
create function ensure_partitions(first_day date, days integer) returns integer language plpgsql as $$
declare
  parent partitioned_table;
  day date;
  child text;
  made integer := 0;
begin
  perform pg_advisory_xact_lock(hashtext('orchestrator.partitions'));
  for parent in select * from partitioned_table order by name loop
    for day in select first_day + n from generate_series(0, days - 1) n loop
      child := parent.name || '_' || to_char(day, 'YYYYMMDD');
      if to_regclass(child) is null then
        begin
          execute format('create table %I partition of %I for values from (%L) to (%L) with (fillfactor = %s)',
            child, parent.name, uuid7_floor(day::timestamp at time zone 'UTC'),
            uuid7_floor((day + 1)::timestamp at time zone 'UTC'), parent.fillfactor);
          made := made + 1;
        exception when check_violation then
          raise warning 'rows of % are in the default partition of % already', day, parent.name;
        end;
      end if;
    end loop;
  end loop;
  return made;
end $$;

-- Drops the day's partitions unless the day has a live task or run. Returns whether it did.
create function retire_partitions(day date) returns boolean language plpgsql as $$
declare
  low uuid := uuid7_floor(day::timestamp at time zone 'UTC');
  high uuid := uuid7_floor((day + 1)::timestamp at time zone 'UTC');
  parent text;
begin
  perform pg_advisory_xact_lock(hashtext('orchestrator.partitions'));
  if exists (select from task_state where task_id >= low and task_id < high
               and status not in ('COMPLETED', 'FAILED', 'CANCELLED'))
     or exists (select from run where run_id >= low and run_id < high
               and status not in ('COMPLETED', 'FAILED', 'CANCELLED')) then
    return false;
  end if;
  for parent in select name from partitioned_table order by name loop
    execute format('drop table if exists %I', parent || '_' || to_char(day, 'YYYYMMDD'));
  end loop;
  return true;
end $$;

-- Ids outside every range (a clock that runs wild) land here instead of failing a submission.
do $$
declare parent text;
begin
  for parent in select name from partitioned_table loop
    execute format('create table %I partition of %I default', parent || '_other', parent);
  end loop;
end $$;
select ensure_partitions((now() at time zone 'UTC')::date - 1, 9);
