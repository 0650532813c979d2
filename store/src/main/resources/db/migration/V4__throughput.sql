-- What a task costs the store: found by profiling 500 tasks/s.

-- enum::text is stable, not immutable, and a function that claims more than its body is never inlined: these two were called nine
-- times a task, each time through the executor of a query of its own.
create or replace function published_status(status task_status) returns text language sql stable as $$
  select case when status in ('RELEASED', 'BACKOFF') then 'QUEUED' else status::text end
$$;
create or replace function published_status(status run_status, paused boolean) returns text language sql stable as $$
  select case when status in ('COMPLETED', 'FAILED', 'CANCELLED') then status::text
              when paused then 'PAUSED'
              when status = 'STARTING' then 'PENDING'
              else status::text end
$$;

-- Payloads and results of a few kilobytes stay in their rows, instead of being compressed and moved into a table of their own with an
-- index of its own: they are written once and read once or twice.
alter table partitioned_table add column toast_tuple_target integer not null default 2040;
update partitioned_table set toast_tuple_target = 8160 where name in ('task', 'task_attempt');

-- Of tables that only grow by inserts, autovacuum would read and write every page once more, which took an eighth of a core at 700 tasks/s;
-- their partitions are dropped whole. Dead rows, and old transaction ids, are vacuumed as everywhere.
alter table partitioned_table add column vacuum_insert_threshold integer not null default 1000;
update partitioned_table set vacuum_insert_threshold = -1 where name in ('task', 'task_attempt', 'event');

do $$
declare child record;
begin
  for child in
    select c.oid::regclass as name, p.toast_tuple_target, p.vacuum_insert_threshold
    from partitioned_table p
    join pg_inherits i on i.inhparent = p.name::regclass
    join pg_class c on c.oid = i.inhrelid
    where p.toast_tuple_target <> 2040 or p.vacuum_insert_threshold <> 1000
  loop
    execute format('alter table %s set (toast_tuple_target = %s, autovacuum_vacuum_insert_threshold = %s)',
      child.name, child.toast_tuple_target, child.vacuum_insert_threshold);
  end loop;
end $$;

create or replace function ensure_partitions(first_day date, days integer) returns integer language plpgsql as $$
declare
  parent partitioned_table;
  day date;
  child text;
  made integer := 0;
begin
  perform pg_advisory_xact_lock(hashtext('orchestrator.partitions'));
  for parent in select * from partitioned_table order by name loop
    for day in select first_day + n from generate_series(0, days - 1) n loop
      child := parent.name || '_' || to_char(day, 'YYYYMMDD');
      if to_regclass(child) is null then
        begin
          execute format(
            'create table %I partition of %I for values from (%L) to (%L) with (fillfactor = %s, toast_tuple_target = %s,'
              ' autovacuum_vacuum_insert_threshold = %s)',
            child, parent.name, uuid7_floor(day::timestamp at time zone 'UTC'),
            uuid7_floor((day + 1)::timestamp at time zone 'UTC'), parent.fillfactor, parent.toast_tuple_target,
            parent.vacuum_insert_threshold);
          made := made + 1;
        exception when check_violation then
          raise warning 'rows of % are in the default partition of % already', day, parent.name;
        end;
      end if;
    end loop;
  end loop;
  return made;
end $$;
