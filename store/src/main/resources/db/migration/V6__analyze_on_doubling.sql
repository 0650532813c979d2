-- Tables that take a thousand rows a second were analyzed once for every tenth that they grew: each time 30,000 pages read and their values
-- sorted, 3.6 s for the wide rows of task, 177 s within twelve minutes of load. The distributions that plans go by do not change that fast.
-- Now they are analyzed when they have doubled.
alter table partitioned_table add column analyze_scale_factor real not null default 0.1;
update partitioned_table set analyze_scale_factor = 1 where name in ('task', 'task_state', 'task_attempt', 'event');

do $$
declare child record;
begin
  for child in
    select c.oid::regclass as name, p.analyze_scale_factor
    from partitioned_table p
    join pg_inherits i on i.inhparent = p.name::regclass
    join pg_class c on c.oid = i.inhrelid
    where p.analyze_scale_factor <> 0.1::real
  loop
    execute format('alter table %s set (autovacuum_analyze_scale_factor = %s)', child.name, child.analyze_scale_factor);
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
              ' autovacuum_vacuum_insert_threshold = %s, autovacuum_analyze_scale_factor = %s)',
            child, parent.name, uuid7_floor(day::timestamp at time zone 'UTC'),
            uuid7_floor((day + 1)::timestamp at time zone 'UTC'), parent.fillfactor, parent.toast_tuple_target,
            parent.vacuum_insert_threshold, parent.analyze_scale_factor);
          made := made + 1;
        exception when check_violation then
          raise warning 'rows of % are in the default partition of % already', day, parent.name;
        end;
      end if;
    end loop;
  end loop;
  return made;
end $$;
