package io.agentorchestrator.store.release;

import io.agentorchestrator.store.release.Candidates.Candidate;
import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.state.PausedRuns;
import io.agentorchestrator.store.state.ReleaseWrites;
import io.agentorchestrator.store.state.RunTask;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.release.ClaimOrder;
import io.agentorchestrator.workflows.release.ClaimOrder.Turn;
import io.agentorchestrator.workflows.release.Rank;
import io.agentorchestrator.workflows.release.TaskClass;
import io.agentorchestrator.workflows.release.TaskClasses;
import io.agentorchestrator.workflows.run.RunInput;
import io.agentorchestrator.workflows.selector.TaskSelector;
import io.agentorchestrator.workflows.selector.WaitingSelector;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
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
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

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
            select pg_try_advisory_xact_lock(hashtext('orchestrator.release')), set_config('synchronous_commit', 'off', true), now()""";

    private static final String OUTSTANDING = """
            select task_type, %1$d, priority, count(*), case when status <> 'RELEASED' then agent_id end as at, %1$d
            from task_state where status in ('RELEASED', 'DISPATCHED', 'RUNNING') group by task_type, priority, at""".formatted(TaskClass.OTHERS);

    /** The same where agents name tenants, or tasks wait that have selectors: what is read above from an index alone, is read from the rows. */
    private static final String OUTSTANDING_DIVIDED = """
            select s.task_type, coalesce(n.number, %1$d), s.priority, count(*), case when s.status <> 'RELEASED' then s.agent_id end as at,
              coalesce(l.number, %1$d)
            from task_state s
            left join unnest(?::text[], ?::text[], ?::int[]) as n(task_type, tenant, number)
              on n.task_type = s.task_type and n.tenant = s.tenant
            left join unnest(?::text[], ?::int[]) as l(key, number) on l.key = s.selector_key
            where s.status in ('RELEASED', 'DISPATCHED', 'RUNNING') group by 1, 2, 3, 5, 6""".formatted(TaskClass.OTHERS);

    /** For two results of one round trip, which a client does not give. */
    private final JdbcTemplate template;

    private final JdbcClient client;
    private final RetryingTransaction transaction;
    private final Candidates candidates;
    private final SelectorLines selectors;
    private final ClaimLine line;
    private final ReleaseWrites writes;
    private final RunStartStore starts;
    private final Uuid7 ids;
    private final int maxGroupSize;
    private final List<ClaimGate> gates;

    /** A backlog without gates: {@link #BacklogStore(DataSource, Uuid7, int, List)}. */
    public BacklogStore(DataSource dataSource, Uuid7 ids, int maxGroupSize) {
        this(dataSource, ids, maxGroupSize, List.of());
    }

    /**
     * @param maxGroupSize tasks in a group at most, 1 to {@value Limits#MAX_GROUP_SIZE}; 1 leaves each on its own
     * @param gates which decide on tasks that need a claim
     */
    public BacklogStore(DataSource dataSource, Uuid7 ids, int maxGroupSize, List<ClaimGate> gates) {
        this.template = new JdbcTemplate(dataSource);
        this.client = JdbcClient.create(template);
        this.transaction = new RetryingTransaction(dataSource);
        this.candidates = new Candidates(client);
        this.selectors = new SelectorLines(client);
        this.line = new ClaimLine(client, candidates);
        this.writes = new ReleaseWrites(client);
        this.starts = new RunStartStore(dataSource);
        this.ids = ids;
        this.maxGroupSize = maxGroupSize;
        this.gates = List.copyOf(gates);
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
        return transaction.execute(status -> {
            Optional<Locked> locked = Objects.requireNonNull(template.execute(
                    LOCK + ";" + outstandingOf(policy.classes()), (PreparedStatement both) -> {
                        List<Object> named = named(policy.classes());
                        for (int at = 0; at < named.size(); at++) {
                            both.setObject(at + 1, named.get(at));
                        }
                        return ifLocked(both, policy);
                    }));
            return locked.map(begun -> claimLocked(begun, policy, maxTasks, allowed))
                    .orElse(Claim.BUSY);
        });
    }

    /**
     * A claim that has begun.
     *
     * @param now by the clock of the database, which ranks go by
     */
    private record Locked(Instant now, Outstanding outstanding) {}

    /** Takes the lock and then reads the tasks that are out, in one round trip; empty if somebody else has the lock. */
    private static Optional<Locked> ifLocked(PreparedStatement both, ClaimPolicy policy) throws SQLException {
        boolean _ = both.execute();
        Instant now;
        try (ResultSet lock = both.getResultSet()) {
            if (!lock.next() || !lock.getBoolean(1)) {
                return Optional.empty();
            }
            now = lock.getObject(3, OffsetDateTime.class).toInstant();
        }
        boolean _ = both.getMoreResults();
        try (ResultSet rows = both.getResultSet()) {
            return Optional.of(new Locked(now, outstanding(rows, policy::counts)));
        }
    }

    /**
     * The runs that a claim may start.
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

    /**
     * Counts the tasks that are out of the backlog and have not ended, by these classes.
     *
     * @param isCounted by agent id: whether tasks at that agent count
     */
    public Outstanding outstanding(TaskClasses classes, Predicate<String> isCounted) {
        return client.sql(outstandingOf(classes))
                .params(named(classes))
                .query((ResultSet rows) -> outstanding(rows, isCounted));
    }

    private static String outstandingOf(TaskClasses classes) {
        return isDivided(classes) ? OUTSTANDING_DIVIDED : OUTSTANDING;
    }

    private static boolean isDivided(TaskClasses classes) {
        return !classes.named().isEmpty() || !classes.lines().isEmpty();
    }

    /** The parameters of {@link #OUTSTANDING_DIVIDED}; none where nothing divides the tasks of a type. */
    private static List<Object> named(TaskClasses classes) {
        if (!isDivided(classes)) {
            return List.of();
        }
        List<Named> all = new ArrayList<>();
        classes.named()
                .forEach((type, named) -> named.forEach((tenant, number) -> all.add(new Named(type, tenant, number))));
        List<Object> parameters = new ArrayList<>(
                Columns.of(all).texts(Named::taskType).texts(Named::tenant).ints(Named::number));
        List<Map.Entry<String, Integer>> lines = classes.lines().values().stream()
                .flatMap(ofType -> ofType.entrySet().stream())
                .toList();
        parameters.addAll(Columns.of(lines).texts(Map.Entry::getKey).ints(Map.Entry::getValue));
        return parameters;
    }

    private record Named(String taskType, String tenant, int number) {}

    private static Outstanding outstanding(ResultSet rows, Predicate<String> isCounted) throws SQLException {
        Map<TaskClass, Map<Priority, Integer>> byClass = new HashMap<>();
        Map<TaskClass, Integer> atAgents = new HashMap<>();
        while (rows.next()) {
            String agentId = rows.getString(5);
            if (agentId != null && !isCounted.test(agentId)) {
                continue;
            }
            TaskClass tasks = new TaskClass(rows.getString(1), rows.getInt(2), rows.getInt(6));
            byClass.computeIfAbsent(tasks, counted -> new EnumMap<>(Priority.class))
                    .merge(Priority.valueOf(rows.getString(3)), rows.getInt(4), Integer::sum);
            atAgents.merge(tasks, agentId == null ? 0 : rows.getInt(4), Integer::sum);
        }
        return new Outstanding(byClass, atAgents);
    }

    /**
     * Finds the selectors that set conditions and of which tasks wait, in the order of their keys. Where there are more than the limit, the next look
     * goes on after the last of this one's.
     *
     * @param after a key, or {@link TaskSelector#KEY_PREFIX} to begin
     */
    public List<WaitingSelector> waitingSelectors(String after, int limit) {
        return selectors.waiting(after, limit);
    }

    /** The best queued task of each class that some agent accepts; what is in paused runs is not in line. */
    public List<QueueFront> queueFronts(TaskClasses classes) {
        WaitingClasses waiting = new WaitingClasses(classes.all(), classes);
        if (waiting.all().isEmpty()) {
            return List.of();
        }
        return client
                .sql("""
                select c.class, h.priority, h.rank, h.task_id, h.standalone
                from\s""" + WaitingClasses.TABLE + """

                cross join lateral (
                  select q.priority, q.rank, q.task_id, q.run_id is null as standalone from task_state q
                  where q.status = 'QUEUED' and\s""" + WaitingClasses.HAS + """

                    and (q.run_id is null or q.run_id not in (""" + PausedRuns.IDS + """
                  ))
                  order by q.rank, q.task_id limit 1
                ) h
                """)
                .params(waiting.columns())
                .query((row, number) -> new QueueFront(
                        waiting.at(row.getLong(1)),
                        Priority.valueOf(row.getString(2)),
                        new Rank(row.getLong(3), row.getObject(4, UUID.class)),
                        row.getBoolean(5)))
                .list()
                .stream()
                .collect(Collectors.toMap(
                        QueueFront::tasks,
                        front -> front,
                        BinaryOperator.minBy(Comparator.comparing(QueueFront::rank))))
                .values()
                .stream()
                .toList();
    }

    private Claim claimLocked(Locked begun, ClaimPolicy policy, int maxTasks, Starts allowed) {
        Outstanding outstanding = begun.outstanding();
        ClaimPolicy.Selection selection = policy.begin(outstanding);
        Map<TaskClass, Integer> room = selection.room(maxTasks);
        if (room.isEmpty()) {
            return Claim.nothing(outstanding);
        }
        ClaimGates pass = new ClaimGates(gates);
        List<UUID> standalone = new ArrayList<>();
        List<UUID> gated = new ArrayList<>();
        Map<RunKey, List<Integer>> byRun = new LinkedHashMap<>();
        Set<UUID> starting = new HashSet<>();
        Map<TaskClass, Integer> taken = new HashMap<>();
        WaitingClasses classes = new WaitingClasses(room.keySet(), policy.classes());
        List<Candidate> best = candidates.best(classes, room, maxTasks, allowed);
        ClaimLine.Line waiting = line.of(new ClaimLine.Wanted(classes, room, begun.now(), allowed), best, policy);
        pass.read(waiting.candidates());
        ClaimOrder<Candidate> inLine = waiting.order();
        int count = 0;
        for (Turn<Candidate> turn = inLine.next(); turn != null && count < maxTasks; turn = inLine.next()) {
            Candidate task = turn.task();
            UUID runId = task.runId();
            UUID begins = task.starts() ? runId : null;
            if (begins != null && !starting.contains(begins) && starting.size() == allowed.dags()) {
                continue;
            }
            if (pass.refuse(task) || !selection.take(task.tasks(), task.priority())) {
                continue;
            }
            pass.admit(task);
            inLine.use(turn, policy.expectedSeconds(task.tasks()));
            if (task.needsClaim()) {
                gated.add(task.taskId());
            }
            count++;
            taken.merge(task.tasks(), 1, Integer::sum);
            if (begins != null) {
                starting.add(begins);
            }
            if (runId == null) {
                standalone.add(task.taskId());
            } else {
                byRun.computeIfAbsent(new RunKey(runId, task.runNumber()), key -> new ArrayList<>())
                        .add(task.index());
            }
        }
        List<RunStart> toStart = new ArrayList<>(startGroups(standalone));
        List<ReleaseSignal> notices = new ArrayList<>();
        releaseInRuns(byRun, toStart, notices);
        writes.hold(pass.held());
        pass.write(gated);
        boolean cut = best.stream()
                .anyMatch(task -> task.most() < room.getOrDefault(task.tasks(), 0)
                        && taken.getOrDefault(task.tasks(), 0) >= task.most());
        return new Claim(
                toStart,
                notices,
                count,
                cut || count == maxTasks || !pass.held().isEmpty(),
                false,
                outstanding);
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
        List<RunTask> released = writes.release(byRun, starting);
        notices.addAll(ReleaseSignal.of(
                released.stream().filter(task -> !starting.contains(task.run())).toList()));
        toStart.addAll(
                starts.load(byRun.keySet().stream().filter(starting::contains).toList()));
    }
}
