package io.agentorchestrator.store.state;

import io.agentorchestrator.store.key.RunKeys;
import io.agentorchestrator.workflows.model.RunKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;

/** How many tasks of runs are open, and how the others ended: exact, since whoever ends a task has its run for itself. Thread-safe. */
public final class RunCounters {
    private final JdbcTemplate jdbc;

    public RunCounters(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Counts ended tasks off their runs. A run ends with its last task; those that have ended by this. */
    public Set<RunKey> countDown(Map<RunKey, Ends> ends) {
        Map<RunKey, Ends> some = new HashMap<>(ends);
        some.values().removeIf(count -> count.total() == 0);
        if (some.isEmpty()) {
            return Set.of();
        }
        List<RunKey> runs = List.copyOf(some.keySet());
        List<Ends> counts = runs.stream().map(ends::get).toList();
        UUID[] ids = RunKeys.ids(runs);
        Set<RunKey> ended = new HashSet<>();
        jdbc.query(
                """
                update run r
                set open_count = r.open_count - c.ended, failed_count = r.failed_count + c.failed,
                    cancelled_count = r.cancelled_count + c.cancelled,
                    status = case when r.open_count > c.ended then r.status
                                  else run_verdict(r.cancel_all, r.failed_count + c.failed, r.cancelled_count + c.cancelled) end,
                    ended_at = case when r.open_count > c.ended then r.ended_at else now() end
                from unnest(?::uuid[], ?::int[], ?::int[], ?::int[], ?::int[]) as c(run_id, run_number, ended, failed, cancelled)
                where r.run_id = c.run_id and r.run_number = c.run_number and r.run_id = any(?)
                returning r.run_id, r.run_number, r.open_count
                """,
                row -> {
                    if (row.getInt(3) <= 0) {
                        ended.add(RunKeys.read(row));
                    }
                },
                ids,
                RunKeys.numbers(runs),
                counts.stream().map(Ends::total).toArray(Integer[]::new),
                counts.stream().map(Ends::failed).toArray(Integer[]::new),
                counts.stream().map(Ends::cancelled).toArray(Integer[]::new),
                ids);
        return ended;
    }

    /** Notes that all of the run is to end: what of it is cancelled is the run's own doing. */
    public void cancelAll(RunKey run) {
        jdbc.update(
                "update run set cancel_all = true where run_id = ? and run_number = ?", run.runId(), run.runNumber());
    }

    /** How many tasks of a run ended, and how. */
    public record Ends(int completed, int failed, int cancelled) {
        public Ends plus(Ends other) {
            return new Ends(completed + other.completed, failed + other.failed, cancelled + other.cancelled);
        }

        int total() {
            return completed + failed + cancelled;
        }
    }
}
