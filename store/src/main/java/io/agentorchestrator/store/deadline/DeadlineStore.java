package io.agentorchestrator.store.deadline;

import io.agentorchestrator.store.dependency.CrossRunDependents;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.state.CommandWrites;
import io.agentorchestrator.store.state.LockedRun;
import io.agentorchestrator.store.state.RunLocks;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.planner.EndCodes;
import io.agentorchestrator.workflows.run.CommandSignal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Ends open tasks whose deadline has passed, but for those that are at agents: their batches see to it themselves. Several may do so
 * at once. Thread-safe.
 */
public final class DeadlineStore {
    /** The error message of a task that ended because its deadline had passed. */
    public static final String MESSAGE = "its deadline passed before it completed";

    private final JdbcClient client;
    private final RetryingTransaction transaction;
    private final RunLocks locks;
    private final CommandWrites writes;
    private final CrossRunDependents dependents;

    public DeadlineStore(DataSource database) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
        this.locks = new RunLocks(client);
        this.writes = new CommandWrites(client);
        this.dependents = new CrossRunDependents(database);
    }

    /**
     * Fails tasks that are in no run, and has the runs of the others fail theirs: by one command a run, which each run is given
     * once for a task.
     *
     * @param limit how many tasks at most, those whose deadline passed first
     */
    public Expired expire(int limit) {
        List<UUID> standalone = new ArrayList<>();
        Map<UUID, List<UUID>> byRun = new TreeMap<>();
        for (Overdue task : overdue(limit)) {
            UUID run = task.runId();
            if (run == null) {
                standalone.add(task.taskId());
            } else {
                byRun.computeIfAbsent(run, key -> new ArrayList<>()).add(task.taskId());
            }
        }
        // What a run has taken meanwhile is left to the next look, and what somebody holds.
        List<UUID> failed = standalone.isEmpty() ? List.of() : writes.failStandalone(standalone, MESSAGE);
        dependents.propagate(failed);
        int commanded = 0;
        for (Map.Entry<UUID, List<UUID>> run : byRun.entrySet()) {
            commanded += transaction.execute(status -> command(run.getKey(), run.getValue()));
        }
        return new Expired(failed.size(), commanded);
    }

    private List<Overdue> overdue(int limit) {
        return client.sql("""
                        select task_id, run_id from task_state
                        where deadline < now() and deadline is not null and expiry_commanded_at is null
                          and status in ('PENDING', 'WAITING', 'QUEUED', 'RELEASED', 'BACKOFF')
                        order by deadline limit ?
                        """).param(limit).query(Records.of(Overdue.class)).list();
    }

    /** Commands a run to fail these tasks; returns of how many it is told. */
    private int command(UUID runId, List<UUID> tasks) {
        LockedRun run = locks.lockLatest(runId).orElse(null);
        if (run == null) {
            return 0;
        }
        List<UUID> told = writes.markExpiryCommanded(run.key(), tasks);
        writes.command(run, CommandSignal.Kind.EXPIRE, told.toArray(UUID[]::new), EndCodes.DEADLINE_EXCEEDED, MESSAGE);
        return told.size();
    }

    private record Overdue(UUID taskId, @Nullable UUID runId) {}

    /**
     * The result of one call, in tasks.
     *
     * @param failed tasks in no run, which have ended
     * @param commanded tasks of which their runs are told
     */
    public record Expired(int failed, int commanded) {}
}
