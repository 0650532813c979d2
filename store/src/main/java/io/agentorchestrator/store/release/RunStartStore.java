package io.agentorchestrator.store.release;

import io.agentorchestrator.store.release.RunStart.Resumed;
import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.state.ReleaseWrites;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads what the start of a run's workflow needs, and marks how far a start has come. A start that broke off can be
 * repeated from here: the workflow id is the run's, and Temporal rejects the second. Thread-safe.
 */
public final class RunStartStore {
    private final JdbcClient client;
    private final ReleaseWrites writes;

    public RunStartStore(DataSource dataSource) {
        this.client = JdbcClient.create(dataSource);
        this.writes = new ReleaseWrites(client);
    }

    /** Notes that the workflows of these runs are there. */
    public void started(List<RunKey> runs) {
        client.sql("""
                update run r set status = 'RUNNING', started_at = now(), verified_at = now()
                from unnest(?::uuid[], ?::int[]) as s(run_id, run_number)
                where r.run_id = s.run_id and r.run_number = s.run_number and r.status::text = 'STARTING'
                """).params(Columns.ofRuns(runs)).update();
    }

    /** Takes over starts that somebody began longer ago than {@code age} and did not finish. */
    public List<RunStart> takeOverStuck(Duration age, int limit) {
        List<RunKey> stuck = client.sql("""
                update run r set start_requested_at = now()
                from (select run_id, run_number from run
                      where status = 'STARTING' and start_requested_at < now() - ? * interval '1 millisecond'
                      order by start_requested_at limit ? for update skip locked) s
                where r.run_id = s.run_id and r.run_number = s.run_number
                returning r.run_id, r.run_number
                """)
                .params(age.toMillis(), limit)
                .query(Records.of(RunKey.class))
                .list();
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
            boolean isGroup = row.kind() == RunKind.GROUP;
            List<GroupMember> members = isGroup ? members(key) : List.of();
            List<Integer> out = isGroup ? indexes(members) : released.getOrDefault(key, List.of());
            loaded.add(new RunStart(
                    key,
                    row.kind(),
                    row.tenant(),
                    row.plannerVersion(),
                    row.name(),
                    isGroup ? plan(members) : row.plan(),
                    resumed == null ? out : List.of(),
                    taskKeys.getOrDefault(key.runId(), List.of()),
                    resumed,
                    commands.getOrDefault(key.runId(), List.of())));
        });
        return loaded;
    }

    /**
     * Releases that their runs may not know of: made longer ago than {@code age} and not yet begun; paused runs hear of theirs later. Marks them as told now, so
     * that each is repeated once in {@code repeatAfter} at most.
     */
    public List<ReleaseSignal> takeUnheard(Duration age, Duration repeatAfter, int limit) {
        return ReleaseSignal.of(writes.markToldAgain(age, repeatAfter, limit));
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
        UUID[] ids = Columns.ids(keys, RunKey::runId);
        return Set.copyOf(client.sql("""
                with pending as materialized (
                  select r.run_id, r.run_number from run r
                  where r.run_id = any(?) and r.status::text = 'PENDING' and (? or not r.paused)
                    and (r.run_id, r.run_number) in (select w.run_id, w.run_number from unnest(?::uuid[], ?::int[]) as w(run_id, run_number))
                  order by r.run_id, r.run_number for update of r)
                update run r set status = 'STARTING', start_requested_at = now()
                from pending p where r.run_id = p.run_id and r.run_number = p.run_number and r.run_id = any(?)
                returning r.run_id, r.run_number
                """)
                .params(ids, evenPaused)
                .params(Columns.ofRuns(keys))
                .param(ids)
                .query(Records.of(RunKey.class))
                .list());
    }

    /** Puts together what the start of a group's first run needs. */
    RunStart groupStart(RunKey key, String tenant, List<GroupMember> members) {
        return new RunStart(
                key,
                RunKind.GROUP,
                tenant,
                RunInput.CURRENT_PLANNER_VERSION,
                "",
                plan(members),
                indexes(members),
                List.of(),
                null,
                List.of());
    }

    private static byte[] plan(List<GroupMember> members) {
        return PlanCodec.encode(
                Plan.ofGroup(members.stream().map(GroupMember::planned).toList()));
    }

    private static List<Integer> indexes(List<GroupMember> members) {
        return IntStream.range(0, members.size()).boxed().toList();
    }

    /** In the order of the keys. Whether a run is paused and by which command is read at once: a pause between the two would be lost. */
    private Map<RunKey, RunRow> rows(List<RunKey> keys) {
        return Records.byKey(client.sql("""
                select r.run_id, r.run_number, r.kind, r.tenant, r.planner_version, r.paused, coalesce(d.name, '') as name,
                  coalesce(d.plan, '') as plan,
                  (select coalesce(max(c.sequence), 0) from command c
                   where c.run_id = r.run_id and c.kind in ('PAUSE', 'RESUME')) as last_toggle
                from unnest(?::uuid[], ?::int[]) with ordinality as w(run_id, run_number, position)
                join run r on r.run_id = w.run_id and r.run_number = w.run_number
                left join dag d on d.dag_id = r.run_id
                order by w.position
                """).params(Columns.ofRuns(keys)), RunKey.class, Records.of(RunRow.class));
    }

    private Resumed resumed(RunKey key, RunRow run) {
        List<TaskStatus> statuses = new ArrayList<>();
        List<Integer> attemptBases = new ArrayList<>();
        client.sql("select status, attempt_base from task_state where run_id = ? order by task_index")
                .param(key.runId())
                .query(row -> {
                    statuses.add(TaskStatus.valueOf(row.getString(1)));
                    attemptBases.add(row.getInt(2));
                });
        return new Resumed(statuses, attemptBases, run.paused(), run.lastToggle());
    }

    private Map<RunKey, List<Integer>> released(List<RunKey> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        return Records.listsByKey(
                client.sql("""
                select s.run_id, s.run_number, s.task_index
                from task_state s
                where s.run_id = any(?) and s.status::text = 'RELEASED'
                  and (s.run_id, s.run_number) in (select w.run_id, w.run_number from unnest(?::uuid[], ?::int[]) as w(run_id, run_number))
                order by s.task_index
                """).param(Columns.ids(keys, RunKey::runId)).params(Columns.ofRuns(keys)),
                RunKey.class,
                (row, number) -> row.getInt(3));
    }

    private Map<UUID, List<CommandSignal>> commands(List<RunKey> keys) {
        return Records.listsByKey(
                client.sql("""
                select run_id, command_id, kind, task_indexes as tasks, code, reason, sequence from command
                where run_id = any(?) and acknowledged_at is null order by sequence
                """).param(Columns.ids(keys, RunKey::runId)), UUID.class, Records.of(CommandSignal.class));
    }

    private Map<UUID, List<String>> taskKeys(List<RunKey> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        return Records.listsByKey(
                client.sql("""
                select s.run_id, coalesce(t.key, '#' || s.task_index) from task_state s join task t on t.task_id = s.task_id
                where s.run_id = any(?) order by s.task_index
                """).param(Columns.ids(keys, RunKey::runId)), UUID.class, (row, number) -> row.getString(2));
    }

    /** All tasks of the group, whichever of its runs they ended in. */
    private List<GroupMember> members(RunKey key) {
        return client.sql("""
                select s.task_id, s.tenant, s.priority, t.estimated_complexity, t.max_attempts,
                       t.retry_initial_millis, t.retry_coefficient,
                       t.retry_max_millis, t.non_retryable_codes
                from task_state s join task t on t.task_id = s.task_id
                where s.run_id = ? order by s.task_index
                """)
                .param(key.runId())
                .query((row, number) -> GroupMember.of(row))
                .list();
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
