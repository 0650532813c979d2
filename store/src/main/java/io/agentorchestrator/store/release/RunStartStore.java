package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.PlanCodec;
import io.agentorchestrator.workflows.planner.Planner;
import io.agentorchestrator.workflows.planner.TaskPhase;
import io.agentorchestrator.workflows.run.Resumption;
import io.agentorchestrator.workflows.run.RunCommand;
import io.agentorchestrator.workflows.run.RunInput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
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
                update run r set status = 'RUNNING', started_at = now(), verified_at = now()
                from unnest(?::uuid[], ?::int[]) as s(run_id, run_number)
                where r.run_id = s.run_id and r.run_number = s.run_number and r.status = 'STARTING'
                """,
                runs.stream().map(RunKey::runId).toArray(UUID[]::new),
                runs.stream().map(RunKey::runNumber).toArray(Integer[]::new));
    }

    /** Takes over starts that somebody began longer ago than {@code age} and did not finish. */
    public List<RunStart> takeOverStuck(Duration age, int limit) {
        List<RunKey> stuck = jdbc.query(
                """
                update run r set start_requested_at = now()
                from (select run_id, run_number from run
                      where status = 'STARTING' and start_requested_at < now() - ? * interval '1 millisecond'
                      order by start_requested_at limit ? for update skip locked) s
                where r.run_id = s.run_id and r.run_number = s.run_number
                returning r.run_id, r.run_number
                """, (row, number) -> new RunKey(row.getObject(1, UUID.class), row.getInt(2)), age.toMillis(), limit);
        return stuck.stream().map(this::load).toList();
    }

    /** Sets out to start a run, paused or not, of which no task was released; empty if it is not PENDING. */
    public Optional<RunStart> begin(RunKey key) {
        return markStarting(key, true) ? Optional.of(load(key)) : Optional.empty();
    }

    /**
     * What the start of a run needs that is STARTING. Of a further run the tasks are where the rows say, and that is part of it.
     *
     * @throws IllegalStateException if there is no such run
     */
    public RunStart load(RunKey key) {
        RunRow run = run(key);
        Resumption resumption = key.runNumber() == 1 ? null : resumption(key, run);
        return switch (run.kind()) {
            case DAG ->
                new RunStart(
                        key,
                        RunKind.DAG,
                        run.tenant(),
                        run.plannerVersion(),
                        run.name(),
                        run.plan(),
                        resumption == null ? granted(key) : List.of(),
                        taskKeys(key),
                        resumption,
                        commands(key));
            case GROUP -> groupStart(key, run, members(key), resumption, commands(key));
        };
    }

    /**
     * Grants that their runs may not know of: made longer ago than {@code age} and not yet begun; paused runs hear of theirs later. Marks them as told now, so
     * that each is repeated once in {@code repeatAfter} at most.
     */
    public List<GrantNotice> takeUnheard(Duration age, Duration repeatAfter, int limit) {
        Map<RunKey, List<Integer>> byRun = new LinkedHashMap<>();
        jdbc.query(
                """
                update task_state s set notified_at = now()
                from (select g.task_id from task_state g
                      join run r on r.run_id = g.run_id and r.run_number = g.run_number
                        and r.status = 'RUNNING' and not r.paused
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

    /**
     * Whether the run had not been started, and is being started now.
     *
     * @param evenPaused whether a paused run is started, too
     */
    boolean markStarting(RunKey key, boolean evenPaused) {
        return jdbc.update("""
                        update run set status = 'STARTING', start_requested_at = now()
                        where run_id = ? and run_number = ? and status = 'PENDING' and (? or not paused)
                        """, key.runId(), key.runNumber(), evenPaused) == 1;
    }

    RunKind kindOf(RunKey key) {
        String kind = jdbc.queryForObject(
                "select kind from run where run_id = ? and run_number = ?", String.class, key.runId(), key.runNumber());
        return RunKind.valueOf(String.valueOf(kind));
    }

    /** What the start of a group's first run needs. */
    RunStart groupStart(RunKey key, String tenant, List<GroupMember> members) {
        RunRow run = new RunRow(RunKind.GROUP, tenant, RunInput.CURRENT_PLANNER_VERSION, false, 0, "", new byte[0]);
        return groupStart(key, run, members, null, List.of());
    }

    private static RunStart groupStart(
            RunKey key,
            RunRow run,
            List<GroupMember> members,
            @Nullable Resumption resumption,
            List<RunCommand> commands) {
        Plan plan = Plan.ofGroup(members.stream().map(GroupMember::planned).toList());
        return new RunStart(
                key,
                RunKind.GROUP,
                run.tenant(),
                run.plannerVersion(),
                "",
                PlanCodec.encode(plan),
                resumption == null ? IntStream.range(0, members.size()).boxed().toList() : List.of(),
                List.of(),
                resumption,
                commands);
    }

    /** Whether it is paused and by which command is read at once: a pause between the two would be lost. */
    private RunRow run(RunKey key) {
        List<RunRow> found = jdbc.query(
                """
                select r.kind, r.tenant, r.planner_version, r.paused, coalesce(d.name, '') as name,
                  coalesce(d.plan, '') as plan,
                  (select coalesce(max(c.sequence), 0) from command c
                   where c.run_id = r.run_id and c.kind in ('PAUSE', 'RESUME')) as last_toggle
                from run r left join dag d on d.dag_id = r.run_id
                where r.run_id = ? and r.run_number = ?
                """,
                (row, number) -> new RunRow(
                        RunKind.valueOf(row.getString("kind")),
                        row.getString("tenant"),
                        row.getInt("planner_version"),
                        row.getBoolean("paused"),
                        row.getLong("last_toggle"),
                        row.getString("name"),
                        row.getBytes("plan")),
                key.runId(),
                key.runNumber());
        if (found.isEmpty()) {
            throw new IllegalStateException("the store has no run " + key.runId() + " number " + key.runNumber());
        }
        return found.getFirst();
    }

    private Resumption resumption(RunKey key, RunRow run) {
        List<TaskPhase> phases = new ArrayList<>();
        List<Integer> attemptBases = new ArrayList<>();
        jdbc.query(
                "select status, attempt_base from task_state where run_id = ? order by task_index",
                row -> {
                    phases.add(TaskPhase.taking(TaskStatus.valueOf(row.getString(1))));
                    attemptBases.add(row.getInt(2));
                },
                key.runId());
        return new Resumption(Planner.resumption(phases, attemptBases, run.paused()), run.lastToggle());
    }

    private List<Integer> granted(RunKey key) {
        return jdbc.query("""
                select task_index from task_state
                where run_id = ? and run_number = ? and status = 'GRANTED' order by task_index
                """, (row, number) -> row.getInt(1), key.runId(), key.runNumber());
    }

    private List<RunCommand> commands(RunKey key) {
        return jdbc.query(
                """
                select command_id, kind, task_indexes, code, reason, sequence from command
                where run_id = ? and acknowledged_at is null order by sequence
                """,
                (row, number) -> new RunCommand(
                        row.getObject("command_id", UUID.class),
                        RunCommand.Kind.valueOf(row.getString("kind")),
                        List.of((Integer[]) row.getArray("task_indexes").getArray()),
                        row.getString("code"),
                        row.getString("reason"),
                        row.getLong("sequence")),
                key.runId());
    }

    private List<String> taskKeys(RunKey key) {
        return jdbc.query("""
                select coalesce(t.key, '#' || s.task_index) from task_state s join task t on t.task_id = s.task_id
                where s.run_id = ? order by s.task_index
                """, (row, number) -> row.getString(1), key.runId());
    }

    /** All tasks of the group, whichever of its runs they ended in. */
    private List<GroupMember> members(RunKey key) {
        return jdbc.query("""
                select s.task_id, s.tenant, t.region, s.priority, t.estimated_complexity, t.max_attempts,
                       t.retry_initial_millis, t.retry_coefficient, t.retry_max_millis, t.non_retryable_codes
                from task_state s join task t on t.task_id = s.task_id
                where s.run_id = ? order by s.task_index
                """, (row, number) -> GroupMember.of(row), key.runId());
    }

    /** What of a run's rows its start needs; a group has neither name nor plan there. */
    @SuppressWarnings("ArrayRecordComponent")
    private record RunRow(
            RunKind kind,
            String tenant,
            int plannerVersion,
            boolean paused,
            long lastToggle,
            String name,
            byte[] plan) {}
}
