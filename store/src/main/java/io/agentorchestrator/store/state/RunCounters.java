package io.agentorchestrator.store.state;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.run.RunInput;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Counts the open tasks of runs, and the ended ones by outcome: exact, since whoever ends a task has locked its run. Thread-safe. */
public final class RunCounters {
    private final JdbcClient client;

    public RunCounters(JdbcClient client) {
        this.client = client;
    }

    /** Counts ended tasks off their runs. A run ends with its last task; returns the runs that have ended by this. */
    public Set<RunKey> countDown(Map<RunKey, Ends> ends) {
        Map<RunKey, Ends> some = new HashMap<>(ends);
        some.values().removeIf(count -> count.total() == 0);
        if (some.isEmpty()) {
            return Set.of();
        }
        Set<RunKey> ended = new HashSet<>();
        client.sql("""
                update run r
                set open_count = r.open_count - c.ended, failed_count = r.failed_count + c.failed,
                    cancelled_count = r.cancelled_count + c.cancelled,
                    status = case when r.open_count > c.ended then r.status
                                  else run_verdict(r.cancel_all, r.failed_count + c.failed, r.cancelled_count + c.cancelled) end,
                    ended_at = case when r.open_count > c.ended then r.ended_at else now() end
                from unnest(?::uuid[], ?::int[], ?::int[], ?::int[], ?::int[]) as c(run_id, run_number, ended, failed, cancelled)
                where r.run_id = c.run_id and r.run_number = c.run_number and r.run_id = any(?)
                returning r.run_id, r.run_number, r.open_count
                """)
                .params(Columns.of(some.entrySet())
                        .runs(Map.Entry::getKey)
                        .ints(run -> run.getValue().total())
                        .ints(run -> run.getValue().failed())
                        .ints(run -> run.getValue().cancelled()))
                .param(Columns.ids(some.keySet(), RunKey::runId))
                .query(row -> {
                    if (row.getInt(3) <= 0) {
                        ended.add(Records.runKey(row));
                    }
                });
        return ended;
    }

    /** Ends a run whose workflow was stopped, with these tasks cancelled by that. */
    public void terminated(RunKey run, int cancelled) {
        client.sql("""
                update run set status = 'CANCELLED', open_count = 0, cancelled_count = cancelled_count + ?, ended_at = now()
                where run_id = ? and run_number = ?
                """).params(cancelled, run.runId(), run.runNumber()).update();
    }

    /** Ends a run whose open tasks another has taken over. */
    public void replaced(RunKey run) {
        client.sql(
                        "update run set status = 'FAILED', open_count = 0, ended_at = now() where run_id = ? and run_number = ?")
                .params(run.runId(), run.runNumber())
                .update();
    }

    /** Ends a run of which nothing is open, as its tasks have ended. */
    public void endByItsTasks(RunKey run) {
        client.sql("""
                update run r
                set open_count = 0, failed_count = c.failed, cancelled_count = c.cancelled, ended_at = now(),
                    status = run_verdict(r.cancel_all, c.failed, c.cancelled)
                from (select (count(*) filter (where status = 'FAILED'))::integer as failed,
                             (count(*) filter (where status = 'CANCELLED'))::integer as cancelled
                      from task_state where run_id = ?) c
                where r.run_id = ? and r.run_number = ?
                """).params(run.runId(), run.runId(), run.runNumber()).update();
    }

    /**
     * Inserts a further run. The counters are made of the rows: they go over all of its tasks, whichever number they ended under.
     *
     * @param takesOver whether it goes on where the run before it was lost, and is to be started at once; otherwise it is PENDING, and begins
     *     unpaused
     */
    public void insertNext(RunKey next, RunKey before, RunKind kind, boolean takesOver) {
        client.sql("""
                insert into run (run_id, run_number, kind, tenant, region, status, paused, cancel_all, planner_version, workflow_id,
                  task_count, open_count, failed_count, cancelled_count, created_at, start_requested_at)
                select r.run_id, ?, r.kind, r.tenant, r.region, i.status, i.takes_over and r.paused, i.takes_over and r.cancel_all,
                  ?, ?, r.task_count, c.open, c.failed, c.cancelled, now(), case when i.takes_over then now() end
                from run r,
                  (select count(*) filter (where status not in ('COMPLETED', 'FAILED', 'CANCELLED')) as open,
                          count(*) filter (where status = 'FAILED') as failed,
                          count(*) filter (where status = 'CANCELLED') as cancelled
                   from task_state where run_id = ?) c,
                  (values (?::run_status, ?)) as i(status, takes_over)
                where r.run_id = ? and r.run_number = ?
                """)
                .params(
                        next.runNumber(),
                        RunInput.CURRENT_PLANNER_VERSION,
                        next.workflowId(kind),
                        next.runId(),
                        takesOver ? "STARTING" : "PENDING",
                        takesOver,
                        before.runId(),
                        before.runNumber())
                .update();
    }

    /** Notes that all of the run is to end: what of it is cancelled is the run's own doing. */
    public void cancelAll(RunKey run) {
        client.sql("update run set cancel_all = true where run_id = ? and run_number = ?")
                .params(run.runId(), run.runNumber())
                .update();
    }

    /** The numbers of tasks of a run that ended, by outcome. */
    public record Ends(int completed, int failed, int cancelled) {
        public Ends plus(Ends other) {
            return new Ends(completed + other.completed, failed + other.failed, cancelled + other.cancelled);
        }

        int total() {
            return completed + failed + cancelled;
        }
    }
}
