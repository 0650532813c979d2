-- Measured times of types, the path that remains behind each task of a DAG, and deadlines that cannot be met any more.

-- The time of tasks of a type as workers have measured it, per unit of their estimated complexity.
create table task_time (
  task_type text primary key,
  seconds double precision not null,        -- exponentially weighted mean
  variance double precision not null,       -- exponentially weighted mean of the squared difference to it
  samples bigint not null,                  -- tasks measured, ever
  updated_at timestamptz not null
);

-- The longest path from a task of a DAG to an end, itself included, as expected when the DAG was submitted: of tasks that are equal otherwise
-- the longest leaves the backlog first. 0: no order but that of ids.
alter table task_state add column path_millis integer not null default 0;

-- The standard deviation of the critical path, in seconds. Null: some type in the DAG had not been measured, so its length is a guess.
alter table dag add column critical_path_sigma double precision;

-- Tasks and DAGs whose deadline cannot be met any more by measured times, each noted once for a deadline.
create table deadline_risk (
  id uuid primary key,                      -- of a task or a DAG
  kind text not null,                       -- TASK or DAG
  deadline timestamptz not null,
  predicted_finish timestamptz not null,
  noted_at timestamptz not null default now()
);

-- An event that is no change of status: DEADLINE_AT_RISK. Null: it is one.
alter table event add column warning text;
