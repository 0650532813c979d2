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
