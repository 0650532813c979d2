-- Budgets and costs, in millionths of a US dollar and in tokens (input and output together where nothing else is said).
--
-- Single amounts are bigint; sums are numeric, so that nothing that an agent tells can make the record of an outcome fail.
--
-- What was spent is told by agents: task_attempt, late_outcome and task_report have it, and triggers on them keep the ledger (charge), so that no
-- writer can forget, whatever its version. What is reserved is a row for a task that is out of the backlog; a trigger deletes it when the task ends or
-- goes back, in the same transaction: there is nothing that a crash could leave behind.

alter table dag add column token_budget bigint;
alter table dag add column on_budget_exceeded text not null default 'FAIL';   -- OnBudgetExceeded
alter table task add column token_budget bigint;
alter table task add column on_budget_exceeded text not null default 'FAIL';

-- The budget of a DAG (every DAG has a row), or of a task that has one of its own, and what was spent of it, over all runs and attempts. A limit that is
-- null does not bind. The row of dag or task says what was submitted; this one, what holds now.
create table budget_account (
  account_id uuid not null,                 -- dag_id or task_id
  tenant text not null,
  cost_limit_micro_usd bigint,
  token_limit bigint,
  on_exceeded text not null,
  spent_micro_usd numeric not null default 0,
  spent_tokens numeric not null default 0,
  primary key (account_id)
) partition by range (account_id);

-- The ledger: what each dispatch has cost, as its agent said. What its recorded outcome says counts; until there is one, or where it came too late, the
-- most that was told. A dispatch that has cost nothing has no row.
create table charge (
  task_id uuid not null,
  epoch integer not null,
  tenant text not null,
  dag_id uuid,
  task_type text not null,
  agent_type text not null,                 -- the pool of the agent; empty: not known any more
  cost_micro_usd bigint not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  is_recorded boolean not null,             -- by the outcome that counts
  charged_at timestamptz not null,          -- when it last rose
  primary key (task_id, epoch)
) partition by range (task_id);
create index charge_by_time on charge (tenant, charged_at);

-- The ledger summed up by the hour in which it was told. Writers add to a row of their own slot, so that they do not wait for each other; past hours
-- are merged into slot -1.
create table spending (
  tenant text not null,
  hour timestamptz not null,
  task_type text not null,
  agent_type text not null,
  slot integer not null,
  cost_micro_usd numeric not null,
  input_tokens numeric not null,
  output_tokens numeric not null,
  primary key (tenant, hour, task_type, agent_type, slot)
) with (fillfactor = 70);
create index spending_by_hour on spending (hour);

-- What a completed attempt of a type uses, on average, the newest counting most.
create table usage_estimate (
  tenant text not null,
  task_type text not null,
  cost_micro_usd double precision not null,
  tokens double precision not null,
  cost_factor double precision not null,    -- of the agents that completed them, USD an hour
  samples bigint not null,
  updated_at timestamptz not null,
  primary key (tenant, task_type)
) with (fillfactor = 50);

-- Budgets of a tenant, or of the whole installation, for each hour or day by UTC.
create table budget (
  budget_id bigint generated always as identity primary key,
  tenant text not null,                     -- the owner; empty: the installation
  name text not null,
  period text not null,                     -- hour or day
  cost_limit_micro_usd bigint,
  token_limit bigint,
  held_back_first text[] not null default '{}',   -- priorities that may use only a part of it
  updated_at timestamptz not null,
  updated_by text not null,
  unique (tenant, name)
);

-- What is set apart for tasks that are out of the backlog.
create table budget_reservation (
  task_id uuid primary key,
  tenant text not null,
  dag_id uuid,
  epoch integer not null,                   -- dispatches up to this one are not paid from it
  cost_micro_usd bigint not null,
  tokens bigint not null,
  allowed_micro_usd bigint,                 -- the reservation and what was left of the task's and its DAG's budgets then; null: no limit
  allowed_tokens bigint,
  max_cost_factor double precision,         -- only agents that cost no more may have it; null: any
  refusal text                              -- why it fails before any agent has it; null: it may run
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
create index budget_reservation_by_dag on budget_reservation (dag_id) where dag_id is not null;
create index budget_reservation_by_tenant on budget_reservation (tenant);

-- What is held for each budget, type and tenant, best first: estimates are by type and tenant, so that what has no room keeps nothing else waiting.
create index task_state_held_for_budget on task_state (held_by, task_type, tenant, rank, task_id)
  where status = 'QUEUED' and held_by >= 'BUDGET' and held_by < 'BUDGET~';

-- The passes over the open tasks that mark what a period's budget binds: one row. A pass is due until one has been completed that began late enough after
-- the last change for everything to be stored that was submitted without knowing of it.
create table budget_marking (
  only_row boolean primary key default true check (only_row),
  changed_at timestamptz not null default '-infinity',
  completed_began_at timestamptz not null default '-infinity', -- when the last pass that was completed began
  began_at timestamptz,                     -- of the pass that is under way; null: none is
  stage integer not null default 0,         -- how far it is: which status, of which tenant, after which task
  tenant text not null default '',
  task_id uuid not null default '00000000-0000-0000-0000-000000000000'
);
insert into budget_marking default values;

-- What is left of each reservation, and so counts beside what was spent already.
create view reservation_left as
  select r.task_id, r.tenant, r.dag_id, r.cost_micro_usd as reserved_micro_usd, r.tokens as reserved_tokens, r.refusal, r.max_cost_factor,
    coalesce(c.cost_micro_usd, 0) as charged_micro_usd, coalesce(c.tokens, 0) as charged_tokens,
    greatest(r.cost_micro_usd - coalesce(c.cost_micro_usd, 0), 0) as cost_micro_usd,
    greatest(r.tokens - coalesce(c.tokens, 0), 0) as tokens
  from budget_reservation r
  left join lateral (
    select least(coalesce(sum(l.cost_micro_usd), 0), 9223372036854775807)::bigint as cost_micro_usd,
      least(coalesce(sum(l.input_tokens::numeric + l.output_tokens), 0), 9223372036854775807)::bigint as tokens
    from charge l where l.task_id = r.task_id and l.epoch > r.epoch) c on true;

insert into partitioned_table values
  ('budget_account', 'account_id',
   'fillfactor = 70, toast_tuple_target = 2040, autovacuum_vacuum_insert_threshold = 1000, autovacuum_analyze_scale_factor = 1'),
  ('charge', 'task_id',
   'fillfactor = 90, toast_tuple_target = 2040, autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 1');
create table budget_account_other partition of budget_account default;
create table charge_other partition of charge default;
select ensure_partitions((now() at time zone 'UTC')::date - 1, 4);

create function open_dag_account() returns trigger language plpgsql as $$
begin
  insert into budget_account (account_id, tenant, cost_limit_micro_usd, token_limit, on_exceeded)
  values (new.dag_id, new.tenant, new.cost_budget_micro_usd, new.token_budget, new.on_budget_exceeded)
  on conflict do nothing;
  return null;
end $$;

create function open_task_account() returns trigger language plpgsql as $$
begin
  insert into budget_account (account_id, tenant, cost_limit_micro_usd, token_limit, on_exceeded)
  values (new.task_id, new.tenant, new.cost_budget_micro_usd, new.token_budget, new.on_budget_exceeded)
  on conflict do nothing;
  return null;
end $$;

create function keep_charges() returns trigger language plpgsql as $$
declare
  by_outcome constant boolean := tg_argv[0] = 'RECORDED';
  slots constant integer := 16;
begin
  with said as materialized (
    select n.task_id, n.epoch, n.tenant, n.agent_id, n.cost_micro_usd as cost, n.input_tokens as input, n.output_tokens as output
    from new_rows n
    where n.cost_micro_usd <> 0 or n.input_tokens <> 0 or n.output_tokens <> 0
      or exists (select from charge c where c.task_id = n.task_id and c.epoch = n.epoch)
  ), kept as materialized (
    insert into charge as c (task_id, epoch, tenant, dag_id, task_type, agent_type, cost_micro_usd, input_tokens, output_tokens,
      is_recorded, charged_at)
    select s.task_id, s.epoch, s.tenant, t.dag_id, t.task_type, coalesce(a.pool, ''), s.cost, s.input, s.output, by_outcome, now()
    from said s join task t on t.task_id = s.task_id left join agent a on a.agent_id = s.agent_id
    order by s.task_id, s.epoch
    on conflict (task_id, epoch) do update
    set cost_micro_usd = case when excluded.is_recorded then excluded.cost_micro_usd when c.is_recorded then c.cost_micro_usd
                              else greatest(c.cost_micro_usd, excluded.cost_micro_usd) end,
        input_tokens = case when excluded.is_recorded then excluded.input_tokens when c.is_recorded then c.input_tokens
                            else greatest(c.input_tokens, excluded.input_tokens) end,
        output_tokens = case when excluded.is_recorded then excluded.output_tokens when c.is_recorded then c.output_tokens
                             else greatest(c.output_tokens, excluded.output_tokens) end,
        is_recorded = c.is_recorded or excluded.is_recorded,
        charged_at = case when (excluded.is_recorded or not c.is_recorded)
                            and (excluded.cost_micro_usd > c.cost_micro_usd or excluded.input_tokens > c.input_tokens
                                 or excluded.output_tokens > c.output_tokens) then now() else c.charged_at end
    returning with (old as before, new as after) after.tenant, after.task_id, after.dag_id, after.task_type, after.agent_type,
      coalesce(before.charged_at, now()) as told_at,
      after.cost_micro_usd - coalesce(before.cost_micro_usd, 0) as cost, after.input_tokens - coalesce(before.input_tokens, 0) as input,
      after.output_tokens - coalesce(before.output_tokens, 0) as output
  ), summed as (
    insert into spending as p (tenant, hour, task_type, agent_type, slot, cost_micro_usd, input_tokens, output_tokens)
    select k.tenant, date_trunc('hour', d.at, 'UTC'), k.task_type, k.agent_type, pg_backend_pid() % slots, sum(d.cost), sum(d.input), sum(d.output)
    from kept k
    -- What an outcome takes back is taken from the hour in which it was told: no other hour may spend it.
    cross join lateral (values (now(), greatest(k.cost, 0), greatest(k.input, 0), greatest(k.output, 0)),
                               (k.told_at, least(k.cost, 0), least(k.input, 0), least(k.output, 0))) as d(at, cost, input, output)
    group by k.tenant, date_trunc('hour', d.at, 'UTC'), k.task_type, k.agent_type
    having sum(d.cost) <> 0 or sum(d.input) <> 0 or sum(d.output) <> 0
    order by 1, 2, 3, 4
    on conflict (tenant, hour, task_type, agent_type, slot) do update
    set cost_micro_usd = p.cost_micro_usd + excluded.cost_micro_usd, input_tokens = p.input_tokens + excluded.input_tokens,
        output_tokens = p.output_tokens + excluded.output_tokens
  ), due as (
    select d.account_id, sum(d.cost) as cost, sum(d.tokens) as tokens
    from (select k.dag_id as account_id, k.cost, k.input::numeric + k.output as tokens from kept k where k.dag_id is not null
          union all select k.task_id, k.cost, k.input::numeric + k.output from kept k) d
    group by d.account_id having sum(d.cost) <> 0 or sum(d.tokens) <> 0
  ), held as materialized (
    select b.account_id, d.cost, d.tokens from due d join budget_account b on b.account_id = d.account_id
    order by b.account_id for update of b
  )
  update budget_account b
  set spent_micro_usd = b.spent_micro_usd + h.cost, spent_tokens = b.spent_tokens + h.tokens
  from held h where b.account_id = h.account_id;
  return null;
end $$;

-- A type's row that another transaction is changing is left to that one: an average can do without a sample, and nobody has to wait.
create function learn_usage() returns trigger language plpgsql as $$
begin
  with sample as materialized (
    select n.tenant, s.task_type, avg(n.cost_micro_usd) as cost, avg(n.input_tokens::numeric + n.output_tokens) as tokens,
      avg(coalesce(a.cost_factor, 0)) as cost_factor, count(*) as samples
    from new_rows n join task_state s on s.task_id = n.task_id left join agent a on a.agent_id = n.agent_id
    where n.outcome = 'COMPLETED' and (s.needs_claim or n.cost_micro_usd <> 0 or n.input_tokens <> 0 or n.output_tokens <> 0)
    group by n.tenant, s.task_type
  ), free as materialized (
    select e.tenant, e.task_type from usage_estimate e join sample m on m.tenant = e.tenant and m.task_type = e.task_type
    for update of e skip locked
  ), learnt as (
    update usage_estimate e
    set cost_micro_usd = e.cost_micro_usd + flow_weight(e.samples, m.samples, 0.05) * (m.cost - e.cost_micro_usd),
        tokens = e.tokens + flow_weight(e.samples, m.samples, 0.05) * (m.tokens - e.tokens),
        cost_factor = e.cost_factor + flow_weight(e.samples, m.samples, 0.05) * (m.cost_factor - e.cost_factor),
        samples = e.samples + m.samples, updated_at = now()
    from free f join sample m on m.tenant = f.tenant and m.task_type = f.task_type
    where e.tenant = f.tenant and e.task_type = f.task_type
  )
  insert into usage_estimate (tenant, task_type, cost_micro_usd, tokens, cost_factor, samples, updated_at)
  select m.tenant, m.task_type, m.cost, m.tokens, m.cost_factor, m.samples, now()
  from sample m
  where not exists (select from usage_estimate e where e.tenant = m.tenant and e.task_type = m.task_type)
  order by m.tenant, m.task_type
  on conflict do nothing;
  return null;
end $$;

create function release_reservation() returns trigger language plpgsql as $$
begin
  delete from budget_reservation where task_id = new.task_id;
  return null;
end $$;

create function keep_budget_change() returns trigger language plpgsql as $$
begin
  update budget_marking set changed_at = clock_timestamp();
  return null;
end $$;

create trigger keep_budget_change after insert or update on budget for each statement execute function keep_budget_change();
create trigger open_account after insert on dag for each row execute function open_dag_account();
create trigger open_account after insert on task
  for each row when (new.cost_budget_micro_usd is not null or new.token_budget is not null) execute function open_task_account();
create trigger keep_charges after insert on task_attempt
  referencing new table as new_rows for each statement execute function keep_charges('RECORDED');
create trigger keep_charges after insert on late_outcome
  referencing new table as new_rows for each statement execute function keep_charges('TOLD');
create trigger keep_new_charges after insert on task_report
  referencing new table as new_rows for each statement execute function keep_charges('TOLD');
create trigger keep_changed_charges after update on task_report
  referencing new table as new_rows for each statement execute function keep_charges('TOLD');
create trigger learn_usage after insert on task_attempt
  referencing new table as new_rows for each statement execute function learn_usage();
create trigger release_reservation after update of status on task_state
  for each row when (old.needs_claim and old.status in ('RELEASED', 'DISPATCHED', 'RUNNING')
                     and new.status not in ('RELEASED', 'DISPATCHED', 'RUNNING'))
  execute function release_reservation();

-- DAGs that were there before have an account each as long as they run.
insert into budget_account (account_id, tenant, cost_limit_micro_usd, token_limit, on_exceeded)
select d.dag_id, d.tenant, d.cost_budget_micro_usd, d.token_budget, d.on_budget_exceeded
from dag d
where exists (select from run r where r.run_id = d.dag_id and r.kind = 'DAG' and r.status not in ('COMPLETED', 'FAILED', 'CANCELLED'))
on conflict do nothing;
