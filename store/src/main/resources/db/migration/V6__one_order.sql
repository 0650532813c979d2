-- The order in which tasks get capacity: ageing by a setting, and tenants' shares.

-- How fast waiting tasks rise: the setting priority_ageing, as of when a task is queued.
create function ageing_millis() returns bigint language sql stable as $$
  select coalesce((select (extract(epoch from s.value::interval) * 1000)::bigint from setting s where s.name = 'priority_ageing'), 43200000)
$$;

-- The rank for any ageing; that of three parameters is its value for 12 hours, which versions before this one ask for. Ageing.java says why.
create function queue_rank(priority priority_key, queued_at timestamptz, task_id uuid, ageing bigint) returns bigint language sql immutable as $$
  select least(epoch_millis(queued_at), greatest(epoch_millis(uuid_extract_timestamp(task_id)), epoch_millis(queued_at) - ageing / 12))
    - case priority when 'CRITICAL' then 60 * ageing when 'HIGH' then 2 * ageing when 'NORMAL' then ageing when 'LOW' then ageing / 2 else 0 end
$$;

-- A generated column cannot go by a setting. The trigger has its guarantee: no statement of any version can forget the rank. No row is rewritten.
alter table task_state alter column rank drop expression;

create function keep_rank() returns trigger language plpgsql as $$
begin
  new.rank := queue_rank(new.priority, new.queued_at, new.task_id,
    coalesce((select (extract(epoch from s.value::interval) * 1000)::bigint from setting s where s.name = 'priority_ageing'), 43200000));
  return new;
end $$;

create trigger keep_rank_inserted before insert on task_state
  for each row when (new.queued_at is not null) execute function keep_rank();
create trigger keep_rank_changed before update of priority, queued_at on task_state
  for each row when (new.queued_at is not null and (new.queued_at is distinct from old.queued_at or new.priority <> old.priority))
  execute function keep_rank();

-- The first of each tenant in the backlog, and the first that are due. Only claims that cannot take all that waits read them.
create index task_state_turn on task_state (task_type, tenant, rank, task_id) where status = 'QUEUED' and held_by = '';
create index task_state_due on task_state (task_type, deadline) where status = 'QUEUED' and held_by = '' and deadline is not null;

-- Release's debit, by tenant too.
drop index task_state_outstanding;
create index task_state_outstanding on task_state (task_type, status, released_at) include (priority, agent_id, tenant)
  where status in ('RELEASED', 'DISPATCHED', 'RUNNING');

-- Where use is measured from: one row. What was used at a time t counts as use × 2^((t - since) / half_life), so that decay changes no row.
create table use_scale (
  id integer primary key default 1 check (id = 1),
  since timestamptz not null default now(),
  half_life_seconds double precision not null default 1800
);
insert into use_scale default values;

-- The use that each tenant has made of agents, scaled so: seconds of slots, times the agent's cost factor where it has one.
create table tenant_use (
  tenant text primary key,
  scaled double precision not null
);
