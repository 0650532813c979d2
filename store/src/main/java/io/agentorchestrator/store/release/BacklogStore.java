package io.agentorchestrator.store.release;

import io.agentorchestrator.store.release.Candidates.Candidate;
import io.agentorchestrator.store.state.ReleaseWrites;
import io.agentorchestrator.store.state.ReleaseWrites.Released;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.release.Rank;
import io.agentorchestrator.workflows.run.RunInput;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes tasks out of the backlog, best first. One claim runs at a time in the whole installation (an advisory lock, held by
 * the transaction), so that nobody goes by counts that another is about to change. Thread-safe.
 */
public final class BacklogStore {
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
        this.transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
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
            Boolean mine = jdbc.queryForObject(
                    "select pg_try_advisory_xact_lock(hashtext('orchestrator.release'))", Boolean.class);
            return Boolean.TRUE.equals(mine) ? claimLocked(policy, maxTasks, allowed) : Claim.BUSY;
        });
        return claim == null ? Claim.BUSY : claim;
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
        Map<String, Map<Priority, Integer>> byType = new HashMap<>();
        Map<String, Integer> atAgents = new HashMap<>();
        jdbc.query("""
                select task_type, priority, count(*), count(*) filter (where status <> 'RELEASED')
                from task_state where status in ('RELEASED', 'DISPATCHED', 'RUNNING') group by task_type, priority
                """, row -> {
            byType.computeIfAbsent(row.getString(1), type -> new EnumMap<>(Priority.class))
                    .put(Priority.valueOf(row.getString(2)), row.getInt(3));
            atAgents.merge(row.getString(1), row.getInt(4), Integer::sum);
        });
        return new Outstanding(byType, atAgents);
    }

    /** The best queued task of each of these types; what is in paused runs is not in line. */
    public List<QueueFront> queueFronts(Collection<String> types) {
        return jdbc.query(
                """
                select t.task_type, h.priority, h.task_id, h.standalone
                from unnest(?::text[]) as t(task_type)
                cross join lateral (
                  select s.priority, s.task_id, s.run_id is null as standalone from task_state s
                  where s.status = 'QUEUED' and s.task_type = t.task_type
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
                (Object) types.toArray(String[]::new));
    }

    private Claim claimLocked(ClaimPolicy policy, int maxTasks, Starts allowed) {
        Outstanding outstanding = outstanding();
        ClaimPolicy.Selection selection = policy.begin(outstanding);
        Map<String, Integer> room = selection.roomByType(maxTasks);
        if (room.isEmpty()) {
            return Claim.nothing(outstanding);
        }
        List<UUID> standalone = new ArrayList<>();
        Map<RunKey, List<Integer>> byRun = new LinkedHashMap<>();
        Set<UUID> starting = new HashSet<>();
        Map<String, Integer> taken = new HashMap<>();
        List<Candidate> best = candidates.best(room, maxTasks, allowed);
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
        List<RunStart> toStart = new ArrayList<>(startGroups(locked(standalone)));
        List<ReleaseSignal> notices = new ArrayList<>();
        releaseInRuns(byRun, toStart, notices);
        boolean cut = best.stream()
                .anyMatch(task -> task.most() < room.getOrDefault(task.taskType(), 0)
                        && taken.getOrDefault(task.taskType(), 0) >= task.most());
        return new Claim(toStart, notices, count, cut || count == maxTasks, false, outstanding);
    }

    /** Locks standalone tasks, best first, and leaves out what somebody cancelled since they were read. */
    private List<GroupMember> locked(List<UUID> standalone) {
        if (standalone.isEmpty()) {
            return List.of();
        }
        return jdbc.query("""
                select s.task_id, s.tenant, t.region, s.priority, t.estimated_complexity, t.max_attempts,
                       t.retry_initial_millis, t.retry_coefficient, t.retry_max_millis, t.non_retryable_codes
                from task_state s join task t on t.task_id = s.task_id
                where s.task_id = any(?) and s.status = 'QUEUED' and s.run_id is null
                order by s.priority, s.task_id
                for update of s skip locked
                """, (row, number) -> GroupMember.of(row), (Object) standalone.toArray(UUID[]::new));
    }

    private List<RunStart> startGroups(List<GroupMember> standalone) {
        List<RunStart> groups = new ArrayList<>();
        for (int from = 0; from < standalone.size(); from += maxGroupSize) {
            groups.add(startGroup(standalone.subList(from, Math.min(from + maxGroupSize, standalone.size()))));
        }
        return groups;
    }

    private RunStart startGroup(List<GroupMember> tasks) {
        RunKey key = new RunKey(ids.next(), 1);
        String tenant = common(tasks, GroupMember::tenant);
        starts.insertGroup(key, tenant, common(tasks, GroupMember::region), tasks.size());
        writes.releaseAsGroup(key, tasks.stream().map(GroupMember::taskId).toList());
        return starts.groupStart(key, tenant, tasks);
    }

    /** What all of these tasks have in common, or nothing. */
    private static String common(List<GroupMember> tasks, Function<GroupMember, String> attribute) {
        Set<String> values = tasks.stream().map(attribute).collect(Collectors.toSet());
        return values.size() == 1 ? values.iterator().next() : RunInput.NO_TENANT;
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
