-- Limits by type, label or payload: how many tasks with the same key are in flight, and how many start or how many tokens they use in a minute.

-- What holds tasks is looked up by ranges of names: in the order of bytes, whatever the database's locale says of colons.
alter table task_state alter column held_by type text collate "C", alter column selector_key type text collate "C";

drop table capacity_limit;                  -- of V1; nothing has used it
create table capacity_limit (
  name text primary key,
  key_of text not null,                     -- LimitBy: task_type, label:NAME or payload_path:PATH
  value text,                               -- the one that is limited; null: each for itself
  max_in_flight integer,
  max_per_minute integer,
  max_tokens_per_minute bigint,
  updated_at timestamptz not null,
  updated_by text not null
);

-- The keys under which limits count a task, name:value; null: none does. Found at submission, and anew by a pass over the open tasks after limits change.
alter table task_state add column limit_keys text[];
create index task_state_limited_out on task_state (task_id) where limit_keys is not null and status in ('RELEASED', 'DISPATCHED', 'RUNNING');
-- When a limit had room for it last, and it was put in line: what stays there counts against the room of others for seconds only.
alter table task_state add column lined_at timestamptz;
create index task_state_lined on task_state (lined_at) where limit_keys is not null and status = 'QUEUED' and lined_at is not null;
-- What is held for each key and type, best first, in an order in which the keys of a limit are a range.
create index task_state_held_by_type on task_state (held_by, task_type, rank, task_id) where status = 'QUEUED' and held_by <> '';

-- The passes over the open tasks: one row. A pass is due until one has been completed that began late enough after the last change for no process to have gone
-- by the limits before it.
create table limit_marking (
  only_row boolean primary key default true check (only_row),
  changed_at timestamptz not null default '-infinity',
  completed_began_at timestamptz not null default '-infinity', -- when the last pass that was completed began
  began_at timestamptz,                     -- of the pass that is under way; null: none is
  stage integer not null default 0,         -- how far it is: which status, of which tenant, after which task
  tenant text not null default '',
  task_id uuid not null default '00000000-0000-0000-0000-000000000000'
);
insert into limit_marking default values;

-- What was used of a key and when, append-only; what is older than the minute in which it counts is deleted. Tokens are numeric, so that nothing that an
-- agent tells can make the record of an outcome fail.
create table limit_use (
  limit_key text collate "C" not null,
  task_type text not null,
  at timestamptz not null,
  starts integer not null,
  tokens numeric not null,
  attempt_tokens numeric                    -- where an attempt ended that used tokens: all of them
);
create index limit_use_by_key on limit_use (limit_key, at);

-- How many tokens attempts of a type used, lately: of those that used any.
create table token_mean (
  task_type text primary key,
  attempts bigint not null,
  tokens numeric not null
);

-- A start is kept by the transaction that makes it known, whoever writes that: its agent accepted it; its outcome came first; or nobody knows whether the
-- agent that had it began it. What fails before any agent has it, starts nothing.
create function keep_limit_start() returns trigger language plpgsql as $$
begin
  insert into limit_use (limit_key, task_type, at, starts, tokens)
  select k, new.task_type, case when new.status = 'QUEUED' then now() else coalesce(new.started_at, now()) end, 1, 0
  from unnest(old.limit_keys) k;
  return null;
end $$;

create trigger keep_limit_start after update of status on task_state
  for each row when (old.limit_keys is not null
    and ((new.status = 'RUNNING' and old.status <> 'RUNNING')
      or (old.status = 'DISPATCHED' and old.agent_id is not null
          and (new.status in ('BACKOFF', 'COMPLETED', 'FAILED', 'CANCELLED')
               or (new.status = 'QUEUED' and new.attempt_epochs > 0)))))
  execute function keep_limit_start();

-- Tokens count when they are reported, and once: an outcome adds what was not reported before it.
create function keep_limit_tokens() returns trigger language plpgsql as $$
declare
  used numeric := new.input_tokens::numeric + new.output_tokens;
  known numeric := 0;
begin
  if tg_table_name like 'task\_report%' then
    if tg_op = 'UPDATE' then
      known := old.input_tokens::numeric + old.output_tokens;
    end if;
  else
    select r.input_tokens::numeric + r.output_tokens into known from task_report r where r.task_id = new.task_id and r.epoch = new.epoch;
  end if;
  insert into limit_use (limit_key, task_type, at, starts, tokens, attempt_tokens)
  select k, s.task_type, now(), 0, greatest(0, used - coalesce(known, 0)), case when tg_table_name like 'task\_attempt%' then used end
  from task_state s, unnest(s.limit_keys) k
  where s.task_id = new.task_id;
  return null;
end $$;

create trigger keep_limit_tokens after insert on task_attempt
  for each row when (new.input_tokens > 0 or new.output_tokens > 0) execute function keep_limit_tokens();
create trigger keep_limit_tokens after insert on late_outcome
  for each row when (new.input_tokens > 0 or new.output_tokens > 0) execute function keep_limit_tokens();
create trigger keep_limit_tokens after insert on task_report
  for each row when (new.input_tokens > 0 or new.output_tokens > 0) execute function keep_limit_tokens();
create trigger keep_limit_tokens_again after update on task_report
  for each row when (new.input_tokens::numeric + new.output_tokens > old.input_tokens::numeric + old.output_tokens) execute function keep_limit_tokens();
