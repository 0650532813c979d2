package io.agentorchestrator.store.state;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.RunStatus;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The order in which transactions lock: rows of runs first, by id and number, then tasks by id. Whoever ends tasks of runs, or commands
 * them, has their rows for itself; whoever dispatches shares them. So nobody waits in a circle, and the ids of transactions, and with
 * them the events, stand in the order in which things happened to a run. Thread-safe.
 */
public final class RunLocks {
    /**
     * Has the runs of these keys for the transaction alone: {@code held} of a with-clause, of three parameters. The ids come twice: the
     * first time for the partitions.
     */
    public static final String EXCLUSIVE = held("update");

    /** The same, but shares them. */
    static final String SHARED = held("key share");

    /** Shares the runs of tasks; one parameter, their ids. */
    static final String SHARED_OF_TASKS = """
            held as materialized (
              select r.run_id from run r
              where (r.run_id, r.run_number) in (select w.run_id, w.run_number from task_state w where w.task_id = any(?))
              order by r.run_id, r.run_number for key share of r
            )
            """;

    /** A run gets a further number while somebody waits for its lock; more often than that it does not happen. */
    private static final int MAX_LOOKS = 10;

    private final JdbcClient client;

    public RunLocks(JdbcClient client) {
        this.client = client;
    }

    private static String held(String mode) {
        return """
                held as materialized (
                  select r.run_id, r.run_number, r.kind, r.tenant, r.status, r.paused from run r
                  where r.run_id = any(?)
                    and (r.run_id, r.run_number) in (select w.run_id, w.run_number from unnest(?::uuid[], ?::int[]) as w(run_id, run_number))
                  order by r.run_id, r.run_number for %s of r
                )
                """.formatted(mode);
    }

    /** The three parameters of {@link #EXCLUSIVE}. */
    public static Columns<RunKey> columns(Collection<RunKey> runs) {
        return Columns.of(runs).uuids(RunKey::runId).runs(Function.identity());
    }

    /** Locks the runs for the current transaction; returns those that are there. */
    public List<LockedRun> lock(Collection<RunKey> runs) {
        return client.sql("with " + EXCLUSIVE + " select * from held")
                .params(columns(runs))
                .query((row, number) -> new LockedRun(
                        Records.runKey(row),
                        RunKind.valueOf(row.getString("kind")),
                        row.getString("tenant"),
                        RunStatus.valueOf(row.getString("status")),
                        row.getBoolean("paused")))
                .list();
    }

    /** Locks the run of this number; empty if there is none. */
    public Optional<LockedRun> lock(RunKey run) {
        return lock(List.of(run)).stream().findFirst();
    }

    /** Locks the latest run of this id; empty if there is none. */
    public Optional<LockedRun> lockLatest(UUID runId) {
        int number = latestNumber(runId);
        for (int look = 0; look < MAX_LOOKS && number > 0; look++) {
            Optional<LockedRun> locked = lock(new RunKey(runId, number));
            int latest = locked.isEmpty() ? number : latestNumber(runId);
            if (latest == number) {
                return locked;
            }
            number = latest;
        }
        if (number == 0) {
            return Optional.empty();
        }
        throw new IllegalStateException("run " + runId + " got new numbers faster than it could be locked");
    }

    /** Tells whether a later run has taken this one's tasks over. */
    public boolean isSuperseded(RunKey run) {
        return latestNumber(run.runId()) > run.runNumber();
    }

    private int latestNumber(UUID runId) {
        return client.sql("select coalesce(max(run_number), 0) from run where run_id = ?")
                .param(runId)
                .query(Integer.class)
                .single();
    }
}
