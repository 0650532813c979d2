-- Tables that take a thousand rows a second were analyzed once for every tenth that they grew: each time 30,000 pages read and their values
-- sorted, 3.6 s for the wide rows of task, 177 s within twelve minutes of load. The distributions that plans go by do not change that fast.
-- Now they are analyzed when they have doubled.
--
-- What partitions are made with stands in one column from now on: a further parameter is an update of it, and needs no other
-- ensure_partitions().
alter table partitioned_table add column storage_parameters text;
update partitioned_table set storage_parameters = format(
  'fillfactor = %s, toast_tuple_target = %s, autovacuum_vacuum_insert_threshold = %s, autovacuum_analyze_scale_factor = %s',
  fillfactor, toast_tuple_target, vacuum_insert_threshold,
  case when name in ('task', 'task_state', 'task_attempt', 'event') then 1 else 0.1 end);
alter table partitioned_table
  alter column storage_parameters set not null,
  drop column fillfactor, drop column toast_tuple_target, drop column vacuum_insert_threshold;

do $$
declare child record;
begin
  for child in
    select c.oid::regclass as name, p.storage_parameters
    from partitioned_table p
    join pg_inherits i on i.inhparent = p.name::regclass
    join pg_class c on c.oid = i.inhrelid
  loop
    execute format('alter table %s set (%s)', child.name, child.storage_parameters);
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
          execute format('create table %I partition of %I for values from (%L) to (%L) with (%s)',
            child, parent.name, uuid7_floor(day::timestamp at time zone 'UTC'),
            uuid7_floor((day + 1)::timestamp at time zone 'UTC'), parent.storage_parameters);
          made := made + 1;
        exception when check_violation then
          raise warning 'rows of % are in the default partition of % already', day, parent.name;
        end;
      end if;
    end loop;
  end loop;
  return made;
end $$;
