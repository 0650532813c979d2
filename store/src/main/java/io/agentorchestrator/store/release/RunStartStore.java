package io.agentorchestrator.store.release;

import io.agentorchestrator.store.key.RunKeys;
import io.agentorchestrator.store.release.RunStart.Resumed;
import io.agentorchestrator.store.state.ReleaseWrites;
import io.agentorchestrator.store.state.ReleaseWrites.Released;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.PlanCodec;
import io.agentorchestrator.workflows.run.CommandSignal;
import io.agentorchestrator.workflows.run.RunInput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads what the start of a run's workflow needs, and marks how far a start has come. A start that broke off can be
 * repeated from here: the workflow id is the run's, and Temporal rejects the second. Thread-safe.
 */
public final class RunStartStore {
    private final JdbcTemplate jdbc;
    private final ReleaseWrites writes;

    public RunStartStore(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.writes = new ReleaseWrites(jdbc);
    }

    /** Notes that the workflows of these runs are there. */
    public void started(List<RunKey> runs) {
        jdbc.update("""
                update run r set status = 'RUNNING', started_at = now(), verified_at = now()
                from unnest(?::uuid[], ?::int[]) as s(run_id, run_number)
                where r.run_id = s.run_id and r.run_number = s.run_number and r.status::text = 'STARTING'
                """, RunKeys.ids(runs), RunKeys.numbers(runs));
    }

    /** Takes over starts that somebody began longer ago than {@code age} and did not finish. */
    public List<RunStart> takeOverStuck(Duration age, int limit) {
        List<RunKey> stuck = jdbc.query("""
                update run r set start_requested_at = now()
                from (select run_id, run_number from run
                      where status = 'STARTING' and start_requested_at < now() - ? * interval '1 millisecond'
                      order by start_requested_at limit ? for update skip locked) s
                where r.run_id = s.run_id and r.run_number = s.run_number
                returning r.run_id, r.run_number
                """, (row, number) -> RunKeys.read(row), age.toMillis(), limit);
        return load(stuck);
    }

    /** Sets out to start a run, paused or not, of which no task was released; empty if it is not PENDING. */
    public Optional<RunStart> begin(RunKey key) {
        return load(List.copyOf(markStarting(List.of(key), true))).stream().findFirst();
    }

    /**
     * Reads what the starts of these runs need, all of them STARTING, in the order of the keys. For a further run this includes the
     * present statuses of its tasks.
     *
     * @throws IllegalStateException if there is no such run
     */
    public List<RunStart> load(List<RunKey> keys) {
        if (keys.isEmpty()) {
            return List.of();
        }
        Map<RunKey, RunRow> rows = rows(keys);
        List<RunKey> dags = new ArrayList<>();
        for (RunKey key : keys) {
            RunRow row = rows.get(key);
            if (row == null) {
                throw new IllegalStateException("the store has no run " + key.runId() + " number " + key.runNumber());
            }
            if (row.kind() == RunKind.DAG) {
                dags.add(key);
            }
        }
        Map<RunKey, List<Integer>> released =
                released(dags.stream().filter(key -> key.runNumber() == 1).toList());
        Map<UUID, List<String>> taskKeys = taskKeys(dags);
        Map<UUID, List<CommandSignal>> commands = commands(keys);
        List<RunStart> loaded = new ArrayList<>();
        rows.forEach((key, row) -> {
            Resumed resumed = key.runNumber() == 1 ? null : resumed(key, row);
            List<CommandSignal> ofRun = commands.getOrDefault(key.runId(), List.of());
            loaded.add(
                    switch (row.kind()) {
                        case DAG ->
                            new RunStart(
                                    key,
                                    RunKind.DAG,
                                    row.tenant(),
                                    row.plannerVersion(),
                                    row.name(),
                                    row.plan(),
                                    resumed == null ? released.getOrDefault(key, List.of()) : List.of(),
                                    taskKeys.getOrDefault(key.runId(), List.of()),
                                    resumed,
                                    ofRun);
                        case GROUP -> groupStart(key, row, members(key), resumed, ofRun);
                    });
        });
        return loaded;
    }

    /**
     * Releases that their runs may not know of: made longer ago than {@code age} and not yet begun; paused runs hear of theirs later. Marks them as told now, so
     * that each is repeated once in {@code repeatAfter} at most.
     */
    public List<ReleaseSignal> takeUnheard(Duration age, Duration repeatAfter, int limit) {
        Map<RunKey, ReleaseSignal> byRun = new LinkedHashMap<>();
        for (Released task : writes.markToldAgain(age, repeatAfter, limit)) {
            byRun.computeIfAbsent(task.run(), run -> new ReleaseSignal(run, task.kind(), new ArrayList<>()))
                    .tasks()
                    .add(task.index());
        }
        return List.copyOf(byRun.values());
    }

    /** The run could not be told of these releases: the next sweep repeats them. */
    public void notTold(ReleaseSignal notice) {
        writes.notTold(notice.key(), notice.tasks());
    }

    /**
     * Marks the runs that are PENDING among these as STARTING, and returns them.
     *
     * @param evenPaused whether paused runs are started, too
     */
    Set<RunKey> markStarting(Collection<RunKey> keys, boolean evenPaused) {
        UUID[] ids = RunKeys.ids(keys);
        return Set.copyOf(
                jdbc.query("""
                with pending as materialized (
                  select r.run_id, r.run_number from run r
                  where r.run_id = any(?) and r.status::text = 'PENDING' and (? or not r.paused)
                    and (r.run_id, r.run_number) in (select w.run_id, w.run_number from unnest(?::uuid[], ?::int[]) as w(run_id, run_number))
                  order by r.run_id, r.run_number for update of r)
                update run r set status = 'STARTING', start_requested_at = now()
                from pending p where r.run_id = p.run_id and r.run_number = p.run_number and r.run_id = any(?)
                returning r.run_id, r.run_number
                """, (row, number) -> RunKeys.read(row), ids, evenPaused, ids, RunKeys.numbers(keys), ids));
    }

    /** Puts together what the start of a group's first run needs. */
    RunStart groupStart(RunKey key, String tenant, List<GroupMember> members) {
        RunRow run = new RunRow(RunKind.GROUP, tenant, RunInput.CURRENT_PLANNER_VERSION, false, 0, "", new byte[0]);
        return groupStart(key, run, members, null, List.of());
    }

    private static RunStart groupStart(
            RunKey key,
            RunRow run,
            List<GroupMember> members,
            @Nullable Resumed resumed,
            List<CommandSignal> commands) {
        Plan plan = Plan.ofGroup(members.stream().map(GroupMember::planned).toList());
        return new RunStart(
                key,
                RunKind.GROUP,
                run.tenant(),
                run.plannerVersion(),
                "",
                PlanCodec.encode(plan),
                resumed == null ? IntStream.range(0, members.size()).boxed().toList() : List.of(),
                List.of(),
                resumed,
                commands);
    }

    /** In the order of the keys. Whether a run is paused and by which command is read at once: a pause between the two would be lost. */
    private Map<RunKey, RunRow> rows(List<RunKey> keys) {
        Map<RunKey, RunRow> rows = new LinkedHashMap<>();
        UUID[] ids = RunKeys.ids(keys);
        jdbc.query(
                """
                select r.run_id, r.run_number, r.kind, r.tenant, r.planner_version, r.paused, coalesce(d.name, '') as name,
                  coalesce(d.plan, '') as plan,
                  (select coalesce(max(c.sequence), 0) from command c
                   where c.run_id = r.run_id and c.kind in ('PAUSE', 'RESUME')) as last_toggle
                from unnest(?::uuid[], ?::int[]) with ordinality as w(run_id, run_number, position)
                join run r on r.run_id = w.run_id and r.run_number = w.run_number
                left join dag d on d.dag_id = r.run_id
                order by w.position
                """,
                row -> {
                    rows.put(
                            RunKeys.read(row),
                            new RunRow(
                                    RunKind.valueOf(row.getString("kind")),
                                    row.getString("tenant"),
                                    row.getInt("planner_version"),
                                    row.getBoolean("paused"),
                                    row.getLong("last_toggle"),
                                    row.getString("name"),
                                    row.getBytes("plan")));
                },
                ids,
                RunKeys.numbers(keys));
        return rows;
    }

    private Resumed resumed(RunKey key, RunRow run) {
        List<TaskStatus> statuses = new ArrayList<>();
        List<Integer> attemptBases = new ArrayList<>();
        jdbc.query(
                "select status, attempt_base from task_state where run_id = ? order by task_index",
                row -> {
                    statuses.add(TaskStatus.valueOf(row.getString(1)));
                    attemptBases.add(row.getInt(2));
                },
                key.runId());
        return new Resumed(statuses, attemptBases, run.paused(), run.lastToggle());
    }

    private Map<RunKey, List<Integer>> released(List<RunKey> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        Map<RunKey, List<Integer>> released = new HashMap<>();
        UUID[] ids = RunKeys.ids(keys);
        jdbc.query(
                """
                select s.run_id, s.run_number, s.task_index
                from task_state s
                where s.run_id = any(?) and s.status::text = 'RELEASED'
                  and (s.run_id, s.run_number) in (select w.run_id, w.run_number from unnest(?::uuid[], ?::int[]) as w(run_id, run_number))
                order by s.task_index
                """,
                row -> {
                    released.computeIfAbsent(RunKeys.read(row), run -> new ArrayList<>())
                            .add(row.getInt(3));
                },
                ids,
                ids,
                RunKeys.numbers(keys));
        return released;
    }

    private Map<UUID, List<CommandSignal>> commands(List<RunKey> keys) {
        Map<UUID, List<CommandSignal>> commands = new HashMap<>();
        jdbc.query(
                """
                select run_id, command_id, kind, task_indexes, code, reason, sequence from command
                where run_id = any(?) and acknowledged_at is null order by sequence
                """,
                row -> {
                    commands.computeIfAbsent(row.getObject(1, UUID.class), run -> new ArrayList<>())
                            .add(new CommandSignal(
                                    row.getObject("command_id", UUID.class),
                                    CommandSignal.Kind.valueOf(row.getString("kind")),
                                    List.of((Integer[])
                                            row.getArray("task_indexes").getArray()),
                                    row.getString("code"),
                                    row.getString("reason"),
                                    row.getLong("sequence")));
                },
                (Object) RunKeys.ids(keys));
        return commands;
    }

    private Map<UUID, List<String>> taskKeys(List<RunKey> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        Map<UUID, List<String>> taskKeys = new HashMap<>();
        jdbc.query(
                """
                select s.run_id, coalesce(t.key, '#' || s.task_index) from task_state s join task t on t.task_id = s.task_id
                where s.run_id = any(?) order by s.task_index
                """,
                row -> {
                    taskKeys.computeIfAbsent(row.getObject(1, UUID.class), run -> new ArrayList<>())
                            .add(row.getString(2));
                },
                (Object) RunKeys.ids(keys));
        return taskKeys;
    }

    /** All tasks of the group, whichever of its runs they ended in. */
    private List<GroupMember> members(RunKey key) {
        return jdbc.query("""
                select s.task_id, s.tenant, s.priority, t.estimated_complexity, t.max_attempts,
                       t.retry_initial_millis, t.retry_coefficient, t.retry_max_millis, t.non_retryable_codes
                from task_state s join task t on t.task_id = s.task_id
                where s.run_id = ? order by s.task_index
                """, (row, number) -> GroupMember.of(row), key.runId());
    }

    /** The columns of a run that its start needs; a group has neither name nor plan there. */
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
