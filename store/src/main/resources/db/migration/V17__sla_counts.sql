-- Ended tasks, counted from their events by the one worker that shows the cluster's gauges; what is counted and up to where is committed together, so that
-- no event counts twice and none is left out, whoever goes on.
create table sla_position (
  one_row boolean primary key default true check (one_row),
  xid xid8 not null                         -- what transactions before it did is counted
);
-- From now on: what ended before the upgrade is not counted.
insert into sla_position (xid) values (pg_snapshot_xmin(pg_current_snapshot()));

-- When somebody last had the task run again: from then on its time counts.
alter table task_state add column rerun_at timestamptz;

create table sla_minute (
  minute timestamptz not null,
  priority priority_key not null,
  met bigint not null,                      -- completed by their deadline or, without one, within the setting sla_target
  missed bigint not null,
  cancelled bigint not null,                -- by their owner
  primary key (minute, priority)
);

create table sla_total (
  priority priority_key primary key,
  met bigint not null,
  missed bigint not null,
  cancelled bigint not null
);
