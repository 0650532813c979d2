-- An operator's drain of an agent, which lasts until it is resumed or removed. It is no part of the agent's row: an agent that says goodbye
-- and registers under its id again is still drained.
create table agent_drain (
  agent_id text primary key,
  requested_at timestamptz not null,
  requested_by text not null,
  left_at timestamptz                       -- when an agent of that id last left the registry; null: none has since
);

-- True where the agent itself says that it stops. Its state is DRAINING then, as it is while an operator drains it.
alter table agent add column stopping boolean not null default false;
update agent set stopping = true where state = 'DRAINING';

-- Whoever writes READY, of whatever version: the agent is DRAINING while it is drained. So workers need to look at its state only.
create function keep_drained() returns trigger language plpgsql as $$
begin
  if exists (select from agent_drain where agent_id = new.agent_id) then
    new.state := 'DRAINING';
  end if;
  return new;
end $$;

create trigger keep_drained before insert or update of state on agent
  for each row when (new.state = 'READY') execute function keep_drained();

create function note_drained_left() returns trigger language plpgsql as $$
begin
  update agent_drain set left_at = now() where agent_id = old.agent_id;
  return null;
end $$;

create trigger note_drained_left after delete on agent
  for each row execute function note_drained_left();
