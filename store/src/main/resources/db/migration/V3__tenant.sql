-- Limits of tenants, and the APIs that divide them among each other. A column that is null sets no limit.

-- Tenants of which somebody has said something. All others have weight 1 and no limits of their own.
create table tenant (
  name text primary key,
  weight double precision not null default 1,
  max_open_tasks integer,                   -- tasks that have not ended and could run
  max_tasks_per_second integer,             -- that are accepted, on average
  updated_at timestamptz not null,
  updated_by text not null
);

-- The APIs, by when they were last alive: each admits an equal part of what limits leave.
create table api_process (
  process_id text primary key,
  seen_at timestamptz not null
);
