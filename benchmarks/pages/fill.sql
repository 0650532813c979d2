-- 5,000,000 tasks that ended over the last 30 days, of 20 types, and 1,000,000 that nobody serves, of 5; a tenth of each has labels. For an empty store: takes some minutes.
set session_replication_role = replica;
set synchronous_commit = off;
select ensure_partitions((now() at time zone 'UTC')::date - 31, 35);
create temp table made (n integer, task_id uuid, at timestamptz);
do $$
begin
  for day in 0..29 loop
    truncate made;
    insert into made
    select n, uuidv7(make_interval(days => -day, secs => -(n % 80000))), now() - make_interval(days => day)
    from generate_series(1, 166667) n;
    insert into task (task_id, tenant, principal, region, task_type, payload, priority, estimated_complexity, timeout_millis, max_attempts,
      retry_initial_millis, retry_coefficient, retry_max_millis, labels, created_at)
    select task_id, 'default', 'filler', 'local', 'old-' || n % 20, '{"sleep_ms":0}', 'NORMAL', 1, 600000, 3, 1000, 2, 60000,
      case when n % 10 = 0 then jsonb_build_object('team', 'team-' || n % 7) else '{}' end, at
    from made;
    insert into task_state (task_id, tenant, task_type, priority, status, attempt, epoch, queued_at, first_started_at, started_at, ended_at)
    select task_id, 'default', 'old-' || n % 20, 'NORMAL', case when n % 500 = 0 then 'FAILED' else 'COMPLETED' end::task_status, 1, 1, at, at, at, at
    from made;
    insert into task_attempt (task_id, attempt, tenant, run_number, epoch, agent_id, started_at, ended_at, outcome, result)
    select task_id, 1, 'default', 1, 1, 'gone', at, at, 'COMPLETED', '1' from made;
    raise notice 'day % of 30', day + 1;
  end loop;
  for hour in 0..9 loop
    truncate made;
    insert into made select n, uuidv7(make_interval(hours => -hour)), now() - make_interval(hours => hour) from generate_series(1, 100000) n;
    insert into task (task_id, tenant, principal, region, task_type, payload, priority, estimated_complexity, timeout_millis, max_attempts,
      retry_initial_millis, retry_coefficient, retry_max_millis, labels, created_at)
    select task_id, 'default', 'filler', 'local', 'nobody-' || n % 5, '{"sleep_ms":0}', 'NORMAL', 1, 600000, 3, 1000, 2, 60000,
      case when n % 10 = 0 then '{"team":"waiting"}' else '{}' end::jsonb, at
    from made;
    insert into task_state (task_id, tenant, task_type, priority, status, queued_at)
    select task_id, 'default', 'nobody-' || n % 5, 'NORMAL', 'QUEUED', at from made;
  end loop;
end $$;
vacuum analyze task, task_state, task_attempt;
