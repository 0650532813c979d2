package io.agentorchestrator.store.release;

import io.agentorchestrator.store.release.Candidates.Candidate;
import io.agentorchestrator.store.state.ReleaseWrites;
import io.agentorchestrator.store.state.ReleaseWrites.Released;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.release.Rank;
import io.agentorchestrator.workflows.run.RunInput;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes tasks out of the backlog, best first. One claim runs at a time in the whole installation (an advisory lock, held by
 * the transaction), so that nobody goes by counts that another is about to change. Thread-safe.
 */
public final class BacklogStore {
    /**
     * A claim does not wait for the disk. What it writes is on disk before an agent hears of a task of it, since the dispatch's commit comes after it
     * in the log; until then, what a crash of PostgreSQL takes back is in the backlog as before.
     */
    private static final String LOCK = """
            select pg_try_advisory_xact_lock(hashtext('orchestrator.release')), set_config('synchronous_commit', 'off', true)""";

    private static final String OUTSTANDING = """
            select task_type, priority, count(*), count(*) filter (where status <> 'RELEASED')
            from task_state where status in ('RELEASED', 'DISPATCHED', 'RUNNING') group by task_type, priority""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Candidates candidates;
    private final ReleaseWrites writes;
    private final RunStartStore starts;
    private final Uuid7 ids;
    private final int maxGroupSize;

    /** Groups as many tasks as a group may have. */
    public BacklogStore(DataSource dataSource, Uuid7 ids) {
        this(dataSource, ids, Limits.MAX_GROUP_SIZE);
    }

    /** @param maxGroupSize tasks in a group at most, 1 to {@value Limits#MAX_GROUP_SIZE}; 1 leaves each on its own */
    public BacklogStore(DataSource dataSource, Uuid7 ids, int maxGroupSize) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.transaction = new RetryingTransaction(dataSource);
        this.candidates = new Candidates(jdbc);
        this.writes = new ReleaseWrites(jdbc);
        this.starts = new RunStartStore(dataSource);
        this.ids = ids;
        this.maxGroupSize = maxGroupSize;
    }

    /**
     * Claims queued tasks, best first, as the policy decides. Standalone tasks become groups, of whatever tenants; their runs' ids and
     * membership are stored in the same transaction.
     *
     * @param policy asked once the claim's lock is held
     * @param maxTasks how many at most
     * @param allowed which runs may be started. Tasks of runs that are just being started wait until they are: there is nobody yet to be
     *     told of a release. Tasks of paused runs wait until they are resumed
     * @return {@link Claim#BUSY} if somebody else is claiming
     */
    public Claim claim(ClaimPolicy policy, int maxTasks, Starts allowed) {
        Claim claim = transaction.execute(status -> {
            Optional<Outstanding> outstanding = Objects.requireNonNull(
                    jdbc.execute(LOCK + ";" + OUTSTANDING, (PreparedStatement both) -> ifLocked(both)));
            return outstanding
                    .map(before -> claimLocked(before, policy, maxTasks, allowed))
                    .orElse(Claim.BUSY);
        });
        return claim == null ? Claim.BUSY : claim;
    }

    /** What is out as of after the lock, in one way there and back; empty if somebody else has the lock. */
    private static Optional<Outstanding> ifLocked(PreparedStatement both) throws SQLException {
        boolean _ = both.execute();
        try (ResultSet lock = both.getResultSet()) {
            if (!lock.next() || !lock.getBoolean(1)) {
                return Optional.empty();
            }
        }
        boolean _ = both.getMoreResults();
        try (ResultSet rows = both.getResultSet()) {
            return Optional.of(outstanding(rows));
        }
    }

    /**
     * What a claim may start.
     *
     * @param groups whether standalone tasks may become groups
     * @param dags how many DAGs may begin; the tasks of the others wait, however good
     */
    public record Starts(boolean groups, int dags) {
        /** Only tasks of runs that have begun are claimed. */
        public static final Starts NONE = new Starts(false, 0);

        /** As many as there are tasks for. */
        public static final Starts ALL = new Starts(true, Integer.MAX_VALUE);
    }

    /** Counts the tasks that are out of the backlog and have not ended. */
    public Outstanding outstanding() {
        return Objects.requireNonNull(jdbc.query(OUTSTANDING, (ResultSet rows) -> outstanding(rows)));
    }

    private static Outstanding outstanding(ResultSet rows) throws SQLException {
        Map<String, Map<Priority, Integer>> byType = new HashMap<>();
        Map<String, Integer> atAgents = new HashMap<>();
        while (rows.next()) {
            byType.computeIfAbsent(rows.getString(1), type -> new EnumMap<>(Priority.class))
                    .put(Priority.valueOf(rows.getString(2)), rows.getInt(3));
            atAgents.merge(rows.getString(1), rows.getInt(4), Integer::sum);
        }
        return new Outstanding(byType, atAgents);
    }

    /** The best queued task of each of these types, of whatever tenant. */
    public List<QueueFront> queueFronts(Collection<String> types) {
        return queueFronts(types, Map.of());
    }

    /**
     * The best queued task of each of these types; what is in paused runs is not in line.
     *
     * @param tenants by type, whose tasks count; of a type that is missing, everybody's
     */
    public List<QueueFront> queueFronts(Collection<String> types, Map<String, Set<String>> tenants) {
        return jdbc.query(
                """
                select t.task_type, h.priority, h.task_id, h.standalone
                from unnest(?::text[], ?::text[]) as t(task_type, tenants)
                cross join lateral (
                  select s.priority, s.task_id, s.run_id is null as standalone from task_state s
                  where s.status = 'QUEUED' and s.task_type = t.task_type
                    and (t.tenants is null or s.tenant = any(string_to_array(t.tenants, ',')))
                    and (s.run_id is null
                         or s.run_id not in (select run_id from run
                                             where paused and status in ('PENDING', 'STARTING', 'RUNNING')))
                  order by s.priority, s.task_id limit 1
                ) h
                """,
                (row, number) -> new QueueFront(
                        row.getString(1),
                        new Rank(Priority.valueOf(row.getString(2)), row.getObject(3, UUID.class)),
                        row.getBoolean(4)),
                types.toArray(String[]::new),
                Candidates.ofTypes(tenants, types));
    }

    private Claim claimLocked(Outstanding outstanding, ClaimPolicy policy, int maxTasks, Starts allowed) {
        ClaimPolicy.Selection selection = policy.begin(outstanding);
        Map<String, Integer> room = selection.roomByType(maxTasks);
        if (room.isEmpty()) {
            return Claim.nothing(outstanding);
        }
        List<UUID> standalone = new ArrayList<>();
        Map<RunKey, List<Integer>> byRun = new LinkedHashMap<>();
        Set<UUID> starting = new HashSet<>();
        Map<String, Integer> taken = new HashMap<>();
        List<Candidate> best = candidates.best(room, policy.tenants(), maxTasks, allowed);
        int count = 0;
        for (Candidate task : best) {
            if (count == maxTasks) {
                break;
            }
            UUID runId = task.runId();
            UUID begins = task.starts() ? runId : null;
            if (begins != null && !starting.contains(begins) && starting.size() == allowed.dags()) {
                continue;
            }
            if (!selection.take(task.taskType(), task.rank())) {
                continue;
            }
            count++;
            taken.merge(task.taskType(), 1, Integer::sum);
            if (begins != null) {
                starting.add(begins);
            }
            if (runId == null) {
                standalone.add(task.rank().taskId());
            } else {
                byRun.computeIfAbsent(new RunKey(runId, task.runNumber()), key -> new ArrayList<>())
                        .add(task.index());
            }
        }
        List<RunStart> toStart = new ArrayList<>(startGroups(standalone));
        List<ReleaseSignal> notices = new ArrayList<>();
        releaseInRuns(byRun, toStart, notices);
        boolean cut = best.stream()
                .anyMatch(task -> task.most() < room.getOrDefault(task.taskType(), 0)
                        && taken.getOrDefault(task.taskType(), 0) >= task.most());
        return new Claim(toStart, notices, count, cut || count == maxTasks, false, outstanding);
    }

    private List<RunStart> startGroups(List<UUID> standalone) {
        List<RunStart> groups = new ArrayList<>();
        for (int from = 0; from < standalone.size(); from += maxGroupSize) {
            RunKey key = new RunKey(ids.next(), 1);
            List<GroupMember> members = writes.releaseAsGroup(
                    key,
                    RunInput.CURRENT_PLANNER_VERSION,
                    RunInput.NO_TENANT,
                    standalone.subList(from, Math.min(from + maxGroupSize, standalone.size())),
                    (row, number) -> GroupMember.of(row));
            if (!members.isEmpty()) {
                groups.add(starts.groupStart(key, commonTenant(members), members));
            }
        }
        return groups;
    }

    /** The tenant of all of these tasks, if it is one. */
    private static String commonTenant(List<GroupMember> tasks) {
        Set<String> tenants = tasks.stream().map(GroupMember::tenant).collect(Collectors.toSet());
        return tenants.size() == 1 ? tenants.iterator().next() : RunInput.NO_TENANT;
    }

    /** Releases tasks of runs: those that have begun are to be told, the others begin with them. */
    private void releaseInRuns(Map<RunKey, List<Integer>> byRun, List<RunStart> toStart, List<ReleaseSignal> notices) {
        if (byRun.isEmpty()) {
            return;
        }
        Set<RunKey> starting = starts.markStarting(byRun.keySet(), false);
        Map<RunKey, ReleaseSignal> told = new LinkedHashMap<>();
        for (Released task : writes.release(byRun, starting)) {
            if (!starting.contains(task.run())) {
                told.computeIfAbsent(task.run(), run -> new ReleaseSignal(run, task.kind(), new ArrayList<>()))
                        .tasks()
                        .add(task.index());
            }
        }
        toStart.addAll(
                starts.load(byRun.keySet().stream().filter(starting::contains).toList()));
        notices.addAll(told.values());
    }
}
