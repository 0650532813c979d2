package io.agentorchestrator.store.rerun;

import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.store.release.RunStart;
import io.agentorchestrator.store.release.RunStartStore;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.state.LockedRun;
import io.agentorchestrator.store.state.RunLocks;
import io.agentorchestrator.store.testkit.Attempts;
import io.agentorchestrator.store.testkit.FixedCredit;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.Decision;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Brings DAGs to their ends as release, batches and planner would, and says where they are. */
final class DagInTest {
    static final Uuid7 IDS = new Uuid7(Clock.systemUTC());

    private final TestDatabase database;
    private final Attempts attempts;
    private final OutcomeStore outcomes;

    DagInTest(TestDatabase database) {
        this.database = database;
        this.attempts = new Attempts(database.dataSource());
        this.outcomes = new OutcomeStore(database.dataSource());
    }

    void started(RunKey run) {
        database.client()
                .sql(
                        "update run set status = 'RUNNING', start_requested_at = now(), started_at = now() where run_id = ?"
                                + " and run_number = ?")
                .params(run.runId(), run.runNumber())
                .update();
    }

    void complete(RunKey run, int... tasks) {
        for (int task : tasks) {
            Attempts.record(
                    outcomes, run, RunKind.DAG, List.of(attempts.begin(run, task, AttemptEnd.Outcome.COMPLETED)));
        }
    }

    /** An attempt that fails; another may follow. */
    void failAttempt(RunKey run, int task) {
        Attempts.record(outcomes, run, RunKind.DAG, List.of(attempts.begin(run, task, AttemptEnd.Outcome.FAILED)));
    }

    /** The task fails in one attempt, and these are cancelled for it. */
    void fail(RunKey run, int task, int... cancelled) {
        failAttempt(run, task);
        failForGood(run, task, cancelled);
    }

    void failForGood(RunKey run, int task, int... cancelled) {
        outcomes.recordDecisions(
                run,
                List.of(new Decision.Failure(task, 1, "BROKEN")),
                Arrays.stream(cancelled)
                        .mapToObj(index -> new Decision.Cancellation(index, "UPSTREAM_FAILED", "upstream"))
                        .toList(),
                List.of(),
                texts("select on_failure::text from dag where dag_id = ?", run.runId())
                        .contains("CONTINUE"),
                Map.of());
    }

    void cancel(RunKey run, int... tasks) {
        outcomes.recordDecisions(
                run,
                List.of(),
                Arrays.stream(tasks)
                        .mapToObj(index -> new Decision.Cancellation(index, "CANCELLED", "by hand"))
                        .toList(),
                List.of(),
                false,
                Map.of());
    }

    /** Release lets out what is queued; what starts by that. */
    List<RunStart> release() {
        FixedCredit credit = FixedCredit.of("t", 100);
        List<RunStart> starts = new BacklogStore(database.dataSource(), IDS, Limits.MAX_GROUP_SIZE)
                .claim(credit, 100, BacklogStore.Starts.ALL)
                .starts();
        new RunStartStore(database.dataSource())
                .started(starts.stream().map(RunStart::key).toList());
        return starts;
    }

    LockedRun lock(RunKey run) {
        return new RunLocks(database.client()).lockLatest(run.runId()).orElseThrow();
    }

    UUID task(RunKey run, int index) {
        return database.client()
                .sql("select task_id from task_state where run_id = ? and task_index = ?")
                .params(run.runId(), index)
                .query(UUID.class)
                .single();
    }

    /** Key, status, number of the run, what it waits for, last attempt and the base of attempts, by index. */
    List<String> tasks(RunKey run) {
        return database.client().sql("""
                        select concat_ws(' ', t.key, s.status, s.run_number, s.waiting_on, s.attempt, s.attempt_base)
                        from task_state s join task t on t.task_id = s.task_id
                        where s.run_id = ? order by s.task_index
                        """).param(run.runId()).query(String.class).list();
    }

    /** Number, status, open, failed and cancelled tasks of each run. */
    List<String> runs(RunKey run) {
        return database.client().sql("""
                        select concat_ws(' ', run_number, status, open_count, failed_count, cancelled_count)
                        from run where run_id = ? order by run_number
                        """).param(run.runId()).query(String.class).list();
    }

    List<String> texts(String sql, Object... params) {
        return database.client().sql(sql).params(params).query(String.class).list();
    }
}
