package io.agentorchestrator.store.state;

import io.agentorchestrator.store.key.RunKeys;
import io.agentorchestrator.workflows.model.RunKey;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The order in which transactions lock: rows of runs first, by id and number, then tasks by id. Whoever ends tasks of runs, or commands
 * them, has their rows for itself; whoever dispatches shares them. So nobody waits in a circle, and the ids of transactions, and with
 * them the events, stand in the order in which things happened to a run. Thread-safe.
 */
public final class RunLocks {
    /** Shares the runs of these ids and, in a second and third array, keys: {@code held} of a with-clause. */
    static final String SHARED = """
            held as materialized (
              select r.run_id from run r
              where r.run_id = any(?)
                and (r.run_id, r.run_number) in (select w.run_id, w.run_number from unnest(?::uuid[], ?::int[]) as w(run_id, run_number))
              order by r.run_id, r.run_number for key share of r
            )
            """;

    private final JdbcTemplate jdbc;

    public RunLocks(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Locks the runs for the current transaction. Those that are paused. */
    public Set<RunKey> lock(Collection<RunKey> runs) {
        Set<RunKey> paused = new HashSet<>();
        UUID[] ids = RunKeys.ids(runs);
        jdbc.query(
                """
                select r.run_id, r.run_number, r.paused from run r
                where r.run_id = any(?)
                  and (r.run_id, r.run_number) in (select w.run_id, w.run_number from unnest(?::uuid[], ?::int[]) as w(run_id, run_number))
                order by r.run_id, r.run_number for update of r
                """,
                row -> {
                    if (row.getBoolean(3)) {
                        paused.add(RunKeys.read(row));
                    }
                },
                ids,
                ids,
                RunKeys.numbers(runs));
        return paused;
    }
}
