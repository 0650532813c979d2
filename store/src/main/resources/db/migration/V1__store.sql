-- The store: what was accepted, where every task is, and what its outcomes were. PostgreSQL is the authority on all three.
--
-- Ids are UUIDv7, so ranges of them are ranges of time: the large tables are partitioned by week of their id, made ahead of the clock
-- and dropped by retention once nothing in them is to be kept (package store.retention).
-- By week, not by day: most statements look into every partition there is, and a month must not cost them thirty times as many looks.
-- What never changes (task, dag) stands apart from what changes often (task_state, run), whose rows are narrow and leave
-- room on their pages for updates in place. Only the classes of package store.state write task_state; which changes of status are
-- legal is in its TaskTransitions. PostgreSQL 18 is the least version: uuidv7().

create type priority_key as enum ('CRITICAL', 'HIGH', 'NORMAL', 'LOW', 'BACKGROUND');
create type task_status as enum
  ('PENDING', 'WAITING', 'QUEUED', 'RELEASED', 'DISPATCHED', 'RUNNING', 'BACKOFF', 'COMPLETED', 'FAILED', 'CANCELLED');
-- PAUSED is only published, never stored.
create type run_status as enum ('PENDING', 'STARTING', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED');
create type run_kind as enum ('DAG', 'GROUP');
create type on_failure as enum ('CANCEL_DEPENDENTS', 'FAIL_FAST', 'CONTINUE');
create type attempt_outcome as enum ('COMPLETED', 'FAILED', 'CANCELLED');
create type dead_letter_state as enum ('OPEN', 'REPROCESSED', 'RERUN', 'DELETED');
create type placement_reason as enum
  ('ONLY_AGENT', 'LEAST_LOADED', 'TRIAL', 'HANDED_ON', 'MOVED_REFUSED', 'MOVED_UNREACHABLE', 'MOVED_UNAVAILABLE', 'MOVED_STOPPED', 'MOVED_IDLE');

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
create index dag_by_name on dag (tenant, name, dag_id);

-- A task as submitted. Immutable. A task whose place in its DAG another has taken keeps its row, and its state has no run any more
-- (run_id is null, dag_id here stays): whoever asks for a run's tasks finds the one that counts. The other names it in
-- reprocessed_from.
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
create index task_by_type on task (tenant, task_type, task_id);
create index task_by_dag on task (dag_id, key) where dag_id is not null;
create index task_by_origin on task (reprocessed_from) where reprocessed_from is not null;

-- The labels of tasks and DAGs once more, a row each, so that a page of those that have one is read in the order of their ids. Written by
-- a trigger, so that no writer can forget.
create table label (
  id uuid not null,
  kind text not null,                       -- TASK or DAG
  tenant text not null,
  label text not null,                      -- key=value
  primary key (tenant, kind, label, id)
) partition by range (id);

-- Milliseconds since the epoch.
create function epoch_millis(at timestamptz) returns bigint language sql immutable as $$
  select floor(date_part('epoch', at - '1970-01-01 00:00:00+00'::timestamptz) * 1000)::bigint
$$;

-- A task's place in the backlog, the lowest first: when it was queued, less the head start of its priority. It is fixed then, and so ages by itself: a
-- NORMAL task that has waited for 12 hours is level with a HIGH one that comes then. A task that waited for others of its DAG stands where the DAG
-- stands, up to an hour back, so that DAGs end in the order in which they came; what an hour did not suffice for is no wait for capacity.
-- Ids tell when a task was submitted; one of a clock that runs ahead counts as of now.
create function queue_rank(priority priority_key, queued_at timestamptz, task_id uuid) returns bigint language sql immutable as $$
  select least(epoch_millis(queued_at), greatest(epoch_millis(uuid_extract_timestamp(task_id)), epoch_millis(queued_at) - 3600000))
    - 3600000::bigint * case priority when 'CRITICAL' then 720 when 'HIGH' then 24 when 'NORMAL' then 12 when 'LOW' then 6 else 0 end
$$;

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
  attempt_base integer not null default 0,  -- attempts before a user had it run again: they do not count against max_attempts
  attempt_epochs integer not null default 0, -- dispatches of the attempt that is under way; 0: none is
  epoch integer not null default 0,         -- the last dispatch
  agent_id text,                            -- of the last dispatch
  placement placement_reason,               -- why that agent; null: none has had it, or it is back in the backlog
  placed_among integer,                     -- agents that could have had it then, that one included
  placed_used integer,                      -- of its slots, by the worker's view: taken, or promised to tasks before it
  placed_slots integer,
  moved_from text,                          -- the agent of the dispatch before, of the same attempt
  worker_id text,                           -- the worker that watches it, while DISPATCHED or RUNNING
  queued_at timestamptz,
  rank bigint generated always as (queue_rank(priority, queued_at, task_id)) stored,
  released_at timestamptz,
  notified_at timestamptz,                  -- when the run was last told of the release
  first_started_at timestamptz,
  started_at timestamptz,                   -- of the last attempt: when its agent accepted it
  ended_at timestamptz,
  deadline timestamptz,                     -- repeats task.deadline, for the sweep's sake
  expiry_commanded_at timestamptz,          -- when its run was told that the deadline has passed; a further run is told anew
  error_code text,
  error_message text,
  primary key (task_id)
) partition by range (task_id);
-- The backlog, in release's order within a type.
create index task_state_backlog on task_state (task_type, rank, task_id) include (run_id, priority) where status = 'QUEUED';
-- What is out of the backlog and not ended: release's debit.
create index task_state_outstanding on task_state (task_type, status, released_at) include (priority, agent_id)
  where status in ('RELEASED', 'DISPATCHED', 'RUNNING');
-- What a worker watches, for whoever takes over from it.
create index task_state_by_worker on task_state (worker_id) where status in ('DISPATCHED', 'RUNNING');
create index task_state_by_run on task_state (run_id, task_index) where run_id is not null;
-- Lists by status, in the order of ids. Those that are outstanding are few, and found above; COMPLETED is what most are.
create index task_state_by_status on task_state (tenant, status, task_id)
  where status in ('PENDING', 'WAITING', 'QUEUED', 'BACKOFF', 'FAILED', 'CANCELLED');
create index task_state_deadline on task_state (deadline)
  where deadline is not null and expiry_commanded_at is null
    and status in ('PENDING', 'WAITING', 'QUEUED', 'RELEASED', 'BACKOFF');

-- How each attempt ended; written once, by the conditional update's winner.
create table task_attempt (
  task_id uuid not null,
  attempt integer not null,
  tenant text not null,
  run_number integer not null,
  epoch integer not null,
  agent_id text,
  placement placement_reason,               -- this and the next four as in task_state, of the last dispatch
  placed_among integer,
  placed_used integer,
  placed_slots integer,
  moved_from text,
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

-- What the agent of a dispatch last said of it before it ended. Only dispatches of which it said anything have a row; what its outcome says
-- of usage counts instead, once there is one (task_attempt, late_outcome).
create table task_report (
  task_id uuid not null,
  epoch integer not null,
  attempt integer not null,
  tenant text not null,
  agent_id text not null,
  fraction double precision,                -- 0 to 1; null: it has told no progress
  message text,
  cost_micro_usd bigint not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  reported_at timestamptz not null,
  primary key (task_id, epoch)
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
  settled_at timestamptz,                   -- when the parent's end was passed on to the child, once
  primary key (parent_id, child_id)
) partition by range (parent_id);
create index task_dependency_open on task_dependency (parent_id) where settled_at is null;
create index task_dependency_by_child on task_dependency (child_id);

-- One execution of a DAG or a group: one Temporal workflow and its continuations. A paused run that has not ended is published as
-- PAUSED, whatever its status.
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
  paused boolean not null default false,
  cancel_all boolean not null default false, -- all of it is to end: by a command, or because an operator cancelled its workflow
  verified_at timestamptz not null default '-infinity',   -- when the reconciler last saw its workflow; -infinity: look at once
  primary key (run_id, run_number)
) partition by range (run_id);
create index run_starting on run (start_requested_at) where status = 'STARTING';
create index run_unverified on run (verified_at) where status = 'RUNNING';
create index run_paused on run (run_id) where paused and status in ('PENDING', 'STARTING', 'RUNNING');
create index run_by_status on run (tenant, status, run_id) where kind = 'DAG' and status <> 'COMPLETED';

-- Commands are rows first; a worker delivers them to the run until its workflow has taken them. A row is written while its
-- transaction holds the run's row, so that per run the sequence is the order in which run.paused changed.
create table command (
  command_id uuid primary key,
  sequence bigint generated always as identity,
  tenant text not null,
  principal text not null,
  kind text not null,                       -- CANCEL, PAUSE, RESUME, RETRY or EXPIRE
  run_id uuid,                              -- null: the task had no run, and was cancelled where the command was accepted
  run_number integer,                       -- of the run that it was accepted for, or that took over from it: further runs are not told
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

-- What a run has yet to be told of its tasks that no activity of it watches: written by the transaction that made it so, deleted once
-- the workflow has it. Whoever writes here holds the run's row for update, so that per run the sequence is the order of the commits.
create table run_notice (
  run_id uuid not null,
  run_number integer not null,
  sequence bigint generated always as identity,
  task_index integer not null,
  attempt integer not null,
  outcome text not null,                    -- an attempt's: COMPLETED, FAILED, CANCELLED; or QUEUED: back in the backlog, unstarted
  error_code text,
  retryable boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (run_id, run_number, sequence)
);

-- The workers, by when they were last alive: what one watches that has been silent for too long is taken over by another.
create table worker (
  worker_id text primary key,
  seen_at timestamptz not null
);

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

-- The registry. A credential is made of its salt and of a key that is not in the store, and told once, at registration: nobody can pose as
-- an agent, or as a worker to an agent, by what stands here.
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
  credential_salt bytea not null,
  state text not null,                      -- READY, DRAINING or LOST
  active_tasks integer not null default 0,
  registered_at timestamptz not null,
  last_heartbeat_at timestamptz not null,
  -- The agent's circuit breaker, which all workers share (BreakerState).
  breaker_phase text not null default 'CLOSED',   -- CLOSED, OPEN or HALF_OPEN
  breaker_failures integer not null default 0,    -- consecutive
  breaker_opened_at timestamptz,
  breaker_trial_task uuid,                        -- the dispatch on which it depends whether it closes
  breaker_trial_epoch integer,
  breaker_trial_expires_at timestamptz,
  breaker_writer text not null default ''         -- unique to the write that made it so
);
create index agent_by_state on agent (state);

-- Settings that were changed while processes ran; those that are not here have their defaults.
create table setting (
  name text primary key,
  value text not null,
  updated_at timestamptz not null,
  updated_by text not null
);

-- How each worker last fared with each agent. Rows of workers and agents that are gone are passed over, and deleted now and then.
create table agent_connection (
  agent_id text not null,
  worker_id text not null,
  state text not null,                      -- AgentConnectionState
  since timestamptz not null,
  detail text not null,                     -- for people: what happened, and what to do
  primary key (agent_id, worker_id)
);

-- Limits per type or key, such as model quotas.
create table capacity_limit (
  tenant text not null,
  scope text not null,                      -- task_type or a key of the payload's model
  name text not null,
  max_in_flight integer,
  max_per_minute integer,
  primary key (tenant, scope, name)
);

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
create index dead_letter_by_tenant on dead_letter (tenant, entry_millis desc, entry_sequence desc) where entry_millis is not null;
create index dead_letter_left on dead_letter (left_at) where state <> 'OPEN';
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

-- Up to where retention has deleted events of a tenant: the last position that it removed. What live runs keep may be before it.
create table removed_events (
  tenant text primary key,
  xid xid8 not null,
  sequence bigint not null
);

-- The least UUIDv7 of a moment.
create function uuid7_floor(at timestamptz) returns uuid language sql immutable as $$
  select (lpad(to_hex(floor(extract(epoch from at) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$$;

-- Storage parameters belong to partitions, so make_partition() sets them. Rows that are updated in place need room. Payloads and
-- results of a few kilobytes stay in their rows instead of being compressed and moved into a table of their own: they are written
-- once and read once or twice. Of tables that only grow by inserts, autovacuum would read and write every page once more; their
-- partitions are dropped whole. Tables that take a thousand rows a second are analyzed when they have doubled: each time costs
-- seconds, and the distributions that plans go by do not change that fast.
create table partitioned_table (
  name text primary key,
  id_column text not null,
  storage_parameters text not null
);
insert into partitioned_table
select name, id_column, format('fillfactor = %s, toast_tuple_target = %s, autovacuum_vacuum_insert_threshold = %s,'
    ' autovacuum_analyze_scale_factor = %s', fillfactor, toast_tuple_target, insert_threshold, analyze_scale)
from (values
  ('dag', 'dag_id', 100, 2040, 1000, 0.1),
  ('task', 'task_id', 100, 8160, -1, 1),
  ('label', 'id', 100, 2040, -1, 1),
  ('task_state', 'task_id', 70, 2040, 1000, 1),
  ('task_attempt', 'task_id', 100, 8160, -1, 1),
  ('late_outcome', 'task_id', 100, 2040, 1000, 0.1),
  ('task_report', 'task_id', 70, 2040, 1000, 0.1),
  ('task_checkpoint', 'task_id', 70, 2040, 1000, 0.1),
  ('task_dependency', 'parent_id', 100, 2040, 1000, 0.1),
  ('run', 'run_id', 70, 2040, 1000, 0.1),
  ('event', 'event_id', 100, 2040, -1, 1)) as t (name, id_column, fillfactor, toast_tuple_target, insert_threshold, analyze_scale);

-- Makes the partition of one table for the week (from a Monday, by UTC), unless it is there; whether it made it. It is made apart and then
-- attached: the table itself is not locked against anybody, its default partition for a moment. Rows of that week that have landed in the default
-- partition, since a clock ran ahead or the week was made late, move; where they are too many to be moved at once they stay, and so does the week.
-- For a transaction of its own, with a lock_timeout: Schema.ensurePartitions() tries again.
create function make_partition(table_name text, week date) returns boolean language plpgsql as $$
declare
  most_moved constant integer := 100000;
  parent partitioned_table;
  child text := table_name || '_' || to_char(week, 'YYYYMMDD');
  low uuid := uuid7_floor(week::timestamp at time zone 'UTC');
  high uuid := uuid7_floor((week + 7)::timestamp at time zone 'UTC');
  strays integer;
  stored text := (select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
                  where attrelid = table_name::regclass and attnum > 0 and not attisdropped and attgenerated = '');
begin
  if to_regclass(child) is not null then
    return false;
  end if;
  -- One maker at a time; who comes second finds the partition.
  perform pg_advisory_xact_lock(hashtext('orchestrator.partitions'));
  if to_regclass(child) is not null then
    return false;
  end if;
  select * into strict parent from partitioned_table where name = table_name;
  execute format('create table %I (like %I including defaults including generated including constraints) with (%s)',
    child, table_name, parent.storage_parameters);
  execute format('select count(*) from (select from %I where %I >= $1 and %2$I < $2 limit %s) s',
    table_name || '_other', parent.id_column, most_moved + 1) into strays using low, high;
  if strays > most_moved then
    execute format('drop table %I', child);
    raise warning 'the week of % of % stays in its default partition, which has too many rows of it', week, table_name;
    return false;
  end if;
  execute format('lock table %I in access exclusive mode', table_name || '_other');
  execute format('with strays as (delete from %I where %I >= $1 and %2$I < $2 returning *) insert into %I (%s) select %4$s from strays',
    table_name || '_other', parent.id_column, child, stored) using low, high;
  execute format('alter table %I attach partition %I for values from (%L) to (%L)', table_name, child, low, high);
  return true;
end $$;

-- Makes the partitions of the weeks in which the days from first_day on lie, where they are missing, in one transaction: for an empty
-- store, and for whoever loads old rows. Returns how many it made.
create function ensure_partitions(first_day date, days integer) returns integer language plpgsql as $$
declare
  parent text;
  week date;
  made integer := 0;
begin
  for parent in select name from partitioned_table order by name loop
    for week in select distinct date_trunc('week', first_day + n)::date from generate_series(0, days - 1) n order by 1 loop
      made := made + make_partition(parent, week)::integer;
    end loop;
  end loop;
  return made;
end $$;

-- Ids outside every range (a clock that runs wild) land here instead of failing a submission.
do $$
declare parent text;
begin
  for parent in select name from partitioned_table loop
    execute format('create table %I partition of %I default', parent || '_other', parent);
  end loop;
end $$;
-- Few ahead: most statements look into every partition there is. Schema.ensurePartitions() makes those of the days to come.
select ensure_partitions((now() at time zone 'UTC')::date - 1, 4);

-- How a run ends whose tasks have all ended: the planner's rule (Endings.runStatus), for whoever records the last of them.
create function run_verdict(cancel_all boolean, failed integer, cancelled integer) returns run_status
language sql immutable as $$
  select case when cancelled > 0 and (cancel_all or failed = 0) then 'CANCELLED'::run_status
              when failed > 0 then 'FAILED'::run_status
              else 'COMPLETED'::run_status end
$$;

-- enum::text is stable, not immutable, and a function that claims more than its body is never inlined; these two are called nine
-- times a task.
create function published_status(status task_status) returns text language sql stable as $$
  select case when status in ('RELEASED', 'DISPATCHED', 'BACKOFF') then 'QUEUED' else status::text end
$$;
create function published_status(status run_status, paused boolean) returns text language sql stable as $$
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

-- A task may end before the transaction that would have made it RUNNING was there: its readers see it run all the same.
create function publish_changed_tasks() returns trigger language plpgsql set enable_nestloop = off as $$
begin
  insert into event (tenant, run_id, run_number, task_id, task_type, status, attempt, error_code)
  select e.tenant, e.run_id, e.run_number, e.task_id, e.task_type, e.status, e.attempt,
    case when e.status <> 'RUNNING' then e.error_code end
  from (
    select n.tenant, n.run_id, n.run_number, n.task_id, n.task_type, nullif(n.attempt, 0) as attempt, n.error_code,
      unnest(case when o.status = 'DISPATCHED' and n.started_at is not null
                    and n.status in ('COMPLETED', 'FAILED', 'CANCELLED', 'BACKOFF')
                  then array['RUNNING', published_status(n.status)]
                  else array[published_status(n.status)] end) as status
    from new_rows n join old_rows o on o.task_id = n.task_id
    where published_status(n.status) <> published_status(o.status)
       or (o.status = 'DISPATCHED' and n.status = 'BACKOFF' and n.started_at is not null)
  ) e;
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

create function keep_labels() returns trigger language plpgsql as $$
begin
  if tg_argv[0] = 'TASK' then
    insert into label (id, kind, tenant, label)
    select new.task_id, 'TASK', new.tenant, l.key || '=' || l.value from jsonb_each_text(new.labels) l;
  else
    insert into label (id, kind, tenant, label)
    select new.dag_id, 'DAG', new.tenant, l.key || '=' || l.value from jsonb_each_text(new.labels) l;
  end if;
  return null;
end $$;

create trigger keep_labels after insert on task
  for each row when (new.labels <> '{}') execute function keep_labels('TASK');
create trigger keep_labels after insert on dag
  for each row when (new.labels <> '{}') execute function keep_labels('DAG');
-- Also where old rows are loaded without triggers.
alter table task enable always trigger keep_labels;
alter table dag enable always trigger keep_labels;

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
-- The flow of tasks through each class of agents as workers have measured it: release's credit goes by it, on every worker and after a restart.
create table flow (
  class_key text primary key,          -- the agents' types, sorted and joined with commas
  latency_millis double precision,     -- from release to accepted without the wait for a slot, and from outcome to record
  execution_millis double precision,   -- from accepted to outcome
  samples bigint not null default 0,   -- executions measured, ever
  updated_at timestamptz not null
);

-- The weight of `more` samples beside `samples` that are known: each counts for `each`, and all alike while there are few.
create function flow_weight(samples bigint, more bigint, each double precision) returns double precision language sql immutable as $$
  select greatest(1 - power(1 - each, more), more::float8 / greatest(samples + more, 1))
$$;
