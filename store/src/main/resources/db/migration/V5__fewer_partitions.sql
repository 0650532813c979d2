-- Most statements look into every partition there is, and the migrations before made nine days of them. What is ahead by more than two
-- days, and empty, goes; Schema.ensurePartitions() makes it again when its time comes.
do $$
declare
  part regclass;
  used boolean;
begin
  for part in
    select c.oid::regclass
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid and c.relkind = 'r'
    join pg_class p on p.oid = i.inhparent and p.relkind = 'p'
    where p.relnamespace = current_schema()::regnamespace and c.relname ~ '_2[0-9]{7}$'
      and to_date(right(c.relname, 8), 'YYYYMMDD') > (now() at time zone 'UTC')::date + 2
  loop
    execute format('select exists (select from %s)', part) into used;
    if not used then
      execute format('drop table %s', part);
    end if;
  end loop;
end $$;
