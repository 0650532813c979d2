package io.agentorchestrator.store.rerun;

import io.agentorchestrator.store.budget.LateAccounts;
import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.dependency.CrossRunDependents;
import io.agentorchestrator.store.limit.LimitMarks;
import io.agentorchestrator.store.state.BudgetWrites;
import io.agentorchestrator.store.state.LockedRun;
import io.agentorchestrator.store.state.RerunWrites;
import io.agentorchestrator.store.state.RunCounters;
import io.agentorchestrator.store.state.RunLocks;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.model.Uuid7;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Has DAGs that have ended run again, in their next run, on disk when a method returns. It waits in the backlog like any other, and
 * release starts it: the state of its planner is made of the rows. Of two rivals, the run's row lets one through. Another tenant's
 * DAGs do not exist here. Thread-safe.
 */
public final class DagRerun {
    /** Much longer than a call to Temporal may take. */
    private static final Duration START_ARRIVES_WITHIN = Duration.ofSeconds(60);

    private final JdbcClient client;
    private final RunLocks locks;
    private final RunCounters counters;
    private final RerunWrites writes;
    private final BudgetWrites budgets;
    private final LateAccounts accounts;
    private final RerunRows rows;
    private final CrossRunDependents dependents;
    private final Uuid7 ids;

    public DagRerun(DataSource database, Uuid7 ids) {
        this.client = JdbcClient.create(database);
        this.locks = new RunLocks(client);
        this.counters = new RunCounters(client);
        this.writes = new RerunWrites(client);
        this.budgets = new BudgetWrites(client);
        this.accounts = new LateAccounts(database);
        this.rows = new RerunRows(client);
        this.dependents = new CrossRunDependents(database);
        this.ids = ids;
    }

    /**
     * Runs what has not completed again, and what the request names. A task keeps its id and its attempts, which do not count against
     * its policy any more; with a changed payload it is a new task in the old one's place. A deadline that has passed is dropped.
     */
    public RetryAnswer retry(String tenant, String principal, UUID dagId, RetryRequest request) {
        if (request.hasBudget()) {
            // Within the transaction it would be too late: others have to see the account first. What has not ended is
            // not to wait for it.
            Optional<RetryAnswer> refusal = refusal(tenant, locks.lockLatest(dagId));
            if (refusal.isPresent()) {
                return refusal.get();
            }
            accounts.open(dagId);
        }
        return dependents.resolving(outsideParents -> {
            Optional<LockedRun> run = locks.lockLatest(dagId);
            return refusal(tenant, run).orElseGet(() -> retry(run.orElseThrow(), principal, request, outsideParents));
        });
    }

    private Optional<RetryAnswer> refusal(String tenant, Optional<LockedRun> dag) {
        return dag.filter(run -> run.kind() == RunKind.DAG && run.tenant().equals(tenant))
                .map(run -> notEnded(run).<RetryAnswer>map(RetryAnswer.NotEnded::new))
                .orElseGet(() -> Optional.of(new RetryAnswer.NotFound()));
    }

    /**
     * Has an ended DAG go on with a new task in the place of one that failed: it runs, and so does what was cancelled because the old
     * one failed; in a DAG that fails fast, all that has not completed. The rest stays as it is. Belongs to the caller's transaction,
     * on the same data source, which holds the run's row.
     *
     * @param ended the DAG's latest run, of which {@link #notEnded} says nothing
     * @param failedIndex of the old task, which this takes out of the run
     * @param newTaskId by {@link TaskCopies#insert}, not standalone; whoever is its principal by now commands the run
     * @param outsideParents receives what is to be given to {@code CrossRunDependents.resolve} after the commit
     */
    public RetryAnswer.Started resume(
            LockedRun ended, int failedIndex, UUID newTaskId, Collection<UUID> outsideParents) {
        UUID dagId = ended.key().runId();
        writes.takeOut(dagId, failedIndex, newTaskId);
        DagNodes dag = rows.load(dagId);
        BitSet again = RerunSet.ofResume(dag, failedIndex);
        String reason = "task " + newTaskId + " takes the place of "
                + dag.keys(bits(failedIndex)).getFirst();
        return begin(ended, dag, again, new Caller(rows.principal(newTaskId), reason), outsideParents);
    }

    /** Why the run cannot be followed by a further one yet, by its status as clients see it; empty if it can. */
    public Optional<String> notEnded(LockedRun run) {
        if (!run.status().isTerminal()) {
            return Optional.of(
                    run.paused() ? "PAUSED" : run.status().published().name());
        }
        return isStartUnderWay(run.key()) ? Optional.of(RunStatus.PENDING.name()) : Optional.empty();
    }

    /** A run may end before its workflow has started, which would then look for tasks that are another run's. */
    private boolean isStartUnderWay(RunKey run) {
        return client.sql("""
                        select started_at is null
                          and coalesce(start_requested_at > now() - ? * interval '1 millisecond', false)
                        from run where run_id = ? and run_number = ?
                        """)
                .params(START_ARRIVES_WITHIN.toMillis(), run.runId(), run.runNumber())
                .query(Boolean.class)
                .single();
    }

    private RetryAnswer retry(
            LockedRun ended, String principal, RetryRequest request, Collection<UUID> outsideParents) {
        DagNodes dag = rows.load(ended.key().runId());
        Set<String> named = new HashSet<>(request.payloads().keySet());
        named.addAll(request.from());
        if (!dag.unknown(named).isEmpty()) {
            return new RetryAnswer.UnknownKeys(
                    dag.unknown(named).stream().sorted().toList());
        }
        BitSet again =
                RerunSet.ofRetry(dag, bits(named.stream().mapToInt(dag::indexOf).toArray()));
        if (again.isEmpty()) {
            return new RetryAnswer.NothingToRerun();
        }
        if (request.hasBudget()) {
            BudgetWrites.Spent spent = budgets.lock(ended.key().runId());
            Long microUsd = spent.microUsdBeyond(request.costBudgetMicroUsd());
            Long tokens = spent.tokensBeyond(request.tokenBudget());
            if (microUsd != null || tokens != null) {
                return new RetryAnswer.BelowSpent(microUsd, tokens);
            }
            budgets.setLimits(ended.key().runId(), request.costBudgetMicroUsd(), request.tokenBudget());
        }
        replace(dag, ended.key().runId(), request.payloads());
        return begin(ended, dag, again, new Caller(principal, request.reason()), outsideParents);
    }

    private void replace(DagNodes dag, UUID dagId, Map<String, NewPayload> payloads) {
        new TreeMap<>(payloads).forEach((key, payload) -> {
            int index = dag.indexOf(key);
            UUID oldTask = dag.taskId(index);
            UUID newTask = ids.next();
            TaskCopies.insert(client, oldTask, newTask, false, payload);
            writes.takeOut(dagId, index, newTask);
            TaskCopies.link(client, Map.of(oldTask, newTask));
            dag.replace(index, newTask);
        });
    }

    private RetryAnswer.Started begin(
            LockedRun ended, DagNodes dag, BitSet again, Caller caller, Collection<UUID> outsideParents) {
        RunKey next = new RunKey(ended.key().runId(), ended.key().runNumber() + 1);
        UUID[] tasks = dag.taskIds(again);
        RerunRows.OpenEdges outside = rows.reopenEdges(tasks);
        Integer[] waitingOn = again.stream()
                .mapToObj(index ->
                        dag.parentsWithin(index, again) + outside.countByChild().getOrDefault(dag.taskId(index), 0))
                .toArray(Integer[]::new);
        rows.dropCheckpoints(dag.taskIds(withNewInput(dag, again)));
        writes.reset(next, tasks, waitingOn);
        new LimitMarks(client).mark(List.of(tasks));
        counters.insertNext(next, ended.key(), RunKind.DAG, false);
        rows.acknowledgeCommands(next.runId());
        UUID commandId = ids.next();
        rows.insertCommand(commandId, ended.tenant(), caller.principal(), next, caller.reason());
        Channels.notify(client, Channels.BACKLOG);
        outsideParents.addAll(outside.parents());
        return new RetryAnswer.Started(commandId, next, dag.keys(again));
    }

    /** Finds the nodes that begin anew rather than go on where they failed: they had completed, or a parent runs again. */
    private static BitSet withNewInput(DagNodes dag, BitSet again) {
        BitSet anew = new BitSet();
        again.stream()
                .filter(index -> dag.status(index) == TaskStatus.COMPLETED || dag.parentsWithin(index, again) > 0)
                .forEach(anew::set);
        return anew;
    }

    private static BitSet bits(int... indexes) {
        BitSet bits = new BitSet();
        for (int index : indexes) {
            bits.set(index);
        }
        return bits;
    }

    /** Who has the DAG run again, and why. */
    private record Caller(String principal, String reason) {}
}
