-- Every task goes through these triggers, most with nothing to do: they look first, and start no plan of many tables for rows that do not concern it.
-- The conditions of a trigger are parsed for each statement that changes a row: they are short here, and what decides stands in the function.

-- At once, and in the order of writers: asked for step by step, these locks would wait for transactions that wait for them.
lock table task_state, task_attempt in access exclusive mode;

-- Whether the task needed a claim, told by who records the attempt; null: by a version that does not say.
alter table task_attempt add column needs_claim boolean;

create or replace function learn_usage() returns trigger language plpgsql as $$
begin
  if not exists (select from new_rows n
                 where n.outcome = 'COMPLETED'
                   and (n.needs_claim is distinct from false or n.cost_micro_usd <> 0 or n.input_tokens <> 0 or n.output_tokens <> 0)) then
    return null;
  end if;
  with sample as materialized (
    select n.tenant, s.task_type, avg(n.cost_micro_usd) as cost, avg(n.input_tokens::numeric + n.output_tokens) as tokens,
      avg(coalesce(a.cost_factor, 0)) as cost_factor, count(*) as samples
    from new_rows n join task_state s on s.task_id = n.task_id and s.task_id = any(array(select l.task_id from new_rows l))
    left join agent a on a.agent_id = n.agent_id
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

-- Most outcomes cost nothing and take nothing back; the rest is as in V13.
create or replace function keep_charges() returns trigger language plpgsql as $$
declare
  by_outcome constant boolean := tg_argv[0] = 'RECORDED';
  slots constant integer := 16;
begin
  if not exists (select from new_rows n where n.cost_micro_usd <> 0 or n.input_tokens <> 0 or n.output_tokens <> 0)
    and not exists (select from new_rows n cross join lateral (
                      select from charge c where c.task_id = n.task_id and c.epoch = n.epoch offset 0) told) then
    return null;
  end if;
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

-- In the transaction in which a task that limits count or a budget pays for changes its status: a start is kept once it is known (keep_limit_start of V12
-- says when), and nothing stays set apart for what is out of the backlog no more.
create function keep_gated_change() returns trigger language plpgsql as $$
begin
  if old.limit_keys is not null
    and ((new.status = 'RUNNING' and old.status <> 'RUNNING')
      or (old.status = 'DISPATCHED' and old.agent_id is not null
          and (new.status in ('BACKOFF', 'COMPLETED', 'FAILED', 'CANCELLED')
               or (new.status = 'QUEUED' and new.attempt_epochs > 0)))) then
    insert into limit_use (limit_key, task_type, at, starts, tokens)
    select k, new.task_type, case when new.status = 'QUEUED' then now() else coalesce(new.started_at, now()) end, 1, 0
    from unnest(old.limit_keys) k;
  end if;
  if old.needs_claim and old.status in ('RELEASED', 'DISPATCHED', 'RUNNING') and new.status not in ('RELEASED', 'DISPATCHED', 'RUNNING') then
    delete from budget_reservation where task_id = new.task_id;
  end if;
  return null;
end $$;
create trigger keep_gated_change after update of status on task_state
  for each row when (old.needs_claim or old.limit_keys is not null) execute function keep_gated_change();
drop trigger keep_limit_start on task_state;
drop trigger release_reservation on task_state;
drop function keep_limit_start();
drop function release_reservation();

drop trigger leave_dead_letter on task_state;
drop trigger keep_dead_letter on task_state;
drop function leave_dead_letter();
create or replace function keep_dead_letter() returns trigger language plpgsql as $$
begin
  if old.status = 'FAILED' then
    update dead_letter set state = 'RERUN', left_at = now() where task_id = new.task_id and state = 'OPEN';
    return null;
  end if;
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
create trigger keep_dead_letter after update of status on task_state
  for each row when ((new.status = 'FAILED') <> (old.status = 'FAILED')) execute function keep_dead_letter();

-- A release and a dispatch are no change that anybody is told of, but where a running task is dispatched anew.
create or replace function publish_changed_tasks() returns trigger language plpgsql set enable_nestloop = off as $$
begin
  if not exists (select from new_rows n where n.status not in ('RELEASED', 'DISPATCHED'))
    and not exists (select from old_rows o where o.status not in ('QUEUED', 'BACKOFF', 'RELEASED', 'DISPATCHED')) then
    return null;
  end if;
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

-- Of DAGs only, and of each only the latest run; most runs are groups.
create or replace function publish_new_runs() returns trigger language plpgsql as $$
begin
  if not exists (select from new_rows n where n.kind = 'DAG') then
    return null;
  end if;
  insert into event (tenant, run_id, run_number, status)
  select n.tenant, n.run_id, n.run_number, published_status(n.status, n.paused)
  from new_rows n
  where n.kind = 'DAG';
  return null;
end $$;

create or replace function publish_changed_runs() returns trigger language plpgsql set enable_nestloop = off as $$
begin
  if not exists (select from new_rows n where n.kind = 'DAG') then
    return null;
  end if;
  insert into event (tenant, run_id, run_number, status)
  select n.tenant, n.run_id, n.run_number, published_status(n.status, n.paused)
  from new_rows n join old_rows o on o.run_id = n.run_id and o.run_number = n.run_number
  where n.kind = 'DAG' and published_status(n.status, n.paused) <> published_status(o.status, o.paused)
    and n.run_number = (select max(l.run_number) from run l where l.run_id = n.run_id);
  return null;
end $$;

-- Who inserts many tasks ranks them in its statement, by one look at the setting; a row that comes without is ranked here.
drop trigger keep_rank_inserted on task_state;
create trigger keep_rank_inserted before insert on task_state
  for each row when (new.rank is null and new.queued_at is not null) execute function keep_rank();
