package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.PlanCodec;
import io.agentorchestrator.workflows.run.RunInput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What is needed to start a run's workflow, and the marks of how far a start has come. A start that broke off can be
 * repeated from here: the workflow id is the run's, and Temporal rejects the second. Thread-safe.
 */
public final class RunStartStore {
    private final JdbcTemplate jdbc;

    public RunStartStore(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /** Notes that the workflows of these runs are there. */
    public void started(List<RunKey> runs) {
        jdbc.update(
                """
                update run r set status = 'RUNNING', started_at = now()
                from unnest(?::uuid[], ?::int[]) as s(run_id, run_number)
                where r.run_id = s.run_id and r.run_number = s.run_number and r.status = 'STARTING'
                """,
                runs.stream().map(RunKey::runId).toArray(UUID[]::new),
                runs.stream().map(RunKey::runNumber).toArray(Integer[]::new));
    }

    /** Takes over starts that somebody began longer ago than {@code age} and did not finish. */
    public List<RunStart> takeOverStuck(Duration age, int limit) {
        List<StuckRun> stuck = jdbc.query(
                """
                update run r set start_requested_at = now()
                from (select run_id, run_number from run
                      where status = 'STARTING' and start_requested_at < now() - ? * interval '1 millisecond'
                      order by start_requested_at limit ? for update skip locked) s
                where r.run_id = s.run_id and r.run_number = s.run_number
                returning r.run_id, r.run_number, r.kind, r.tenant
                """,
                (row, number) -> new StuckRun(
                        new RunKey(row.getObject(1, UUID.class), row.getInt(2)),
                        RunKind.valueOf(row.getString(3)),
                        row.getString(4)),
                age.toMillis(),
                limit);
        return stuck.stream()
                .map(run -> switch (run.kind()) {
                    case DAG -> dagStart(run.key(), granted(run.key()));
                    case GROUP -> groupStart(run.key(), run.tenant(), members(run.key()));
                })
                .toList();
    }

    /**
     * Grants that their runs may not know of: made longer ago than {@code age} and not yet begun. Marks them as told now, so
     * that each is repeated once in {@code repeatAfter} at most.
     */
    public List<GrantNotice> takeUnheard(Duration age, Duration repeatAfter, int limit) {
        Map<RunKey, List<Integer>> byRun = new LinkedHashMap<>();
        jdbc.query(
                """
                update task_state s set notified_at = now()
                from (select g.task_id from task_state g
                      join run r on r.run_id = g.run_id and r.run_number = g.run_number and r.status = 'RUNNING'
                      where g.status = 'GRANTED' and g.granted_at < now() - ? * interval '1 millisecond'
                        and (g.notified_at is null or g.notified_at < now() - ? * interval '1 millisecond')
                      limit ? for update of g skip locked) u
                where s.task_id = u.task_id
                returning s.run_id, s.run_number, s.task_index
                """,
                row -> {
                    RunKey key = new RunKey(row.getObject(1, UUID.class), row.getInt(2));
                    byRun.computeIfAbsent(key, ignored -> new ArrayList<>()).add(row.getInt(3));
                },
                age.toMillis(),
                repeatAfter.toMillis(),
                limit);
        List<GrantNotice> notices = new ArrayList<>();
        byRun.forEach((key, tasks) -> notices.add(new GrantNotice(key, kindOf(key), tasks)));
        return notices;
    }

    /** The run could not be told of these grants: the next sweep repeats them. */
    public void notTold(GrantNotice notice) {
        jdbc.update(
                """
                update task_state set notified_at = null
                where run_id = ? and run_number = ? and task_index = any(?) and status = 'GRANTED'
                """,
                notice.key().runId(),
                notice.key().runNumber(),
                notice.tasks().toArray(Integer[]::new));
    }

    void insertGroup(RunKey key, String tenant, String region, int size) {
        jdbc.update(
                """
                insert into run (run_id, run_number, kind, tenant, region, status, planner_version, workflow_id, task_count,
                  open_count, created_at, start_requested_at)
                values (?, ?, 'GROUP', ?, ?, 'STARTING', ?, ?, ?, ?, now(), now())
                """,
                key.runId(),
                key.runNumber(),
                tenant,
                region,
                RunInput.CURRENT_PLANNER_VERSION,
                key.workflowId(RunKind.GROUP),
                size,
                size);
    }

    /** Whether the run had not been started, and is being started now. */
    boolean markStarting(RunKey key) {
        return jdbc.update("""
                        update run set status = 'STARTING', start_requested_at = now()
                        where run_id = ? and run_number = ? and status = 'PENDING'
                        """, key.runId(), key.runNumber()) == 1;
    }

    RunKind kindOf(RunKey key) {
        String kind = jdbc.queryForObject(
                "select kind from run where run_id = ? and run_number = ?", String.class, key.runId(), key.runNumber());
        return RunKind.valueOf(String.valueOf(kind));
    }

    RunStart dagStart(RunKey key, List<Integer> granted) {
        return jdbc.query(
                        """
                        select d.tenant, d.name, d.plan, r.planner_version
                        from dag d join run r on r.run_id = d.dag_id and r.run_number = ?
                        where d.dag_id = ?
                        """,
                        (row, number) -> new RunStart(
                                key,
                                RunKind.DAG,
                                row.getString("tenant"),
                                row.getInt("planner_version"),
                                row.getString("name"),
                                row.getBytes("plan"),
                                granted),
                        key.runNumber(),
                        key.runId())
                .getFirst();
    }

    RunStart groupStart(RunKey key, String tenant, List<GroupMember> members) {
        Plan plan = Plan.ofGroup(members.stream().map(GroupMember::planned).toList());
        List<Integer> all = IntStream.range(0, members.size()).boxed().toList();
        return new RunStart(
                key, RunKind.GROUP, tenant, RunInput.CURRENT_PLANNER_VERSION, "", PlanCodec.encode(plan), all);
    }

    private List<Integer> granted(RunKey key) {
        return jdbc.query("""
                select task_index from task_state
                where run_id = ? and run_number = ? and status = 'GRANTED' order by task_index
                """, (row, number) -> row.getInt(1), key.runId(), key.runNumber());
    }

    private List<GroupMember> members(RunKey key) {
        return jdbc.query("""
                select s.task_id, s.tenant, t.region, s.priority, t.estimated_complexity, t.max_attempts,
                       t.retry_initial_millis, t.retry_coefficient, t.retry_max_millis, t.non_retryable_codes
                from task_state s join task t on t.task_id = s.task_id
                where s.run_id = ? and s.run_number = ? order by s.task_index
                """, (row, number) -> GroupMember.of(row), key.runId(), key.runNumber());
    }

    private record StuckRun(RunKey key, RunKind kind, String tenant) {}
}
