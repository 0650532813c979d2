package io.agentorchestrator.store.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.state.Accepted;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.store.state.RunTask;
import io.agentorchestrator.store.testkit.Attempts;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.AttemptEnd.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A task between its dispatch and its outcome, and who watches it. */
class DispatchedIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final BatchStore batches = new BatchStore(database.dataSource());
    private final OutcomeStore outcomes = new OutcomeStore(database.dataSource());
    private final NoticeStore notices = new NoticeStore(database.dataSource());
    private final WorkerStore workers = new WorkerStore(database.dataSource());
    private final RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"), Node.of("b", "a"));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void isQueuedToClientsUntilItsAgentAcceptsIt() {
        Dispatch.Begun begun = dispatch(0);
        assertThat(task().status()).isEqualTo(TaskStatus.DISPATCHED);
        assertThat(task().startedAt()).isNull();
        batches.accepted(List.of(new Accepted(begun.taskId(), 7, Duration.ZERO)));
        assertThat(task().status()).isEqualTo(TaskStatus.DISPATCHED);

        batches.accepted(List.of(new Accepted(begun.taskId(), 1, Duration.ofSeconds(3))));

        assertThat(task().status()).isEqualTo(TaskStatus.RUNNING);
        assertThat(
                        text(
                                "select round(extract(epoch from now() - started_at))::text from task_state where task_index = 0"))
                .isEqualTo("3");
        assertThat(events()).containsExactly("QUEUED", "RUNNING");
    }

    @Test
    void anOutcomeThatIsThereBeforeTheAcceptanceTellsOfBoth() {
        for (Outcome outcome : Outcome.values()) {
            RunKey dag = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));
            Dispatch.Begun begun = dispatch(dag, 0);
            AttemptOutcome early = Attempts.of(
                    Attempts.outcome(batches.load(dag, List.of(0)).getFirst(), begun, outcome), Duration.ofSeconds(2));

            assertThat(Attempts.record(outcomes, dag, RunKind.DAG, List.of(early))
                            .accepted())
                    .containsExactly(0);
            batches.accepted(List.of(new Accepted(begun.taskId(), 1, Duration.ofSeconds(2))));

            assertThat(database.client()
                            .sql("select status from event where task_id = ? order by xid, sequence")
                            .param(begun.taskId())
                            .query(String.class)
                            .list())
                    .containsExactly("QUEUED", "RUNNING", outcome == Outcome.FAILED ? "QUEUED" : outcome.name());
        }
        assertThat(database.client()
                        .sql("select distinct round(extract(epoch from now() - started_at))::text from task_attempt")
                        .query(String.class)
                        .list())
                .containsExactly("2");
    }

    @Test
    void aCancelOfWhatNoAgentAcceptedTellsOfNoStart() {
        dispatch(0);
        outcomes.recordDecisions(run, List.of(), List.of(Attempts.cancellation(0)), List.of(), false, Map.of());

        assertThat(events()).containsExactly("QUEUED", "CANCELLED");
    }

    @Test
    void goesOnWithItsAttemptUnderFurtherEpochsAndWithoutItFromTheBacklog() {
        Dispatch.Begun first = dispatch(0);
        assertThat(first).isEqualTo(new Dispatch.Begun(first.taskId(), 1, 1, 1));
        assertThat(dispatch(1)).isEqualTo(new Dispatch.Begun(first.taskId(), 1, 2, 2));
        assertThat(batches.requeue(run, Map.of(first.taskId(), 2), Set.of(first.taskId()), false))
                .containsExactly(0);
        assertThat(task().attempt()).isEqualTo(1);
        release();
        assertThat(dispatch(2)).isEqualTo(new Dispatch.Begun(first.taskId(), 1, 3, 3));

        assertThat(requeue(first.taskId(), 3, false)).containsExactly(0);

        assertThat(task().attempt()).isZero();
        assertThat(task().attemptEpochs()).isZero();
        assertThat(task().workerId()).isNull();
        assertThat(notices.undelivered(10, 10)).isEmpty();
        release();
        assertThat(dispatch(3)).isEqualTo(new Dispatch.Begun(first.taskId(), 1, 4, 1));
    }

    @Test
    void whatItsAgentToldIsKeptThoughTheTaskIsBackInTheBacklogAlready() {
        Dispatch.Begun begun = dispatch(0);
        batches.requeue(run, Map.of(begun.taskId(), 1), Set.of(begun.taskId()), false);

        batches.saveReports(List.of(new TaskReport(
                "default", begun.taskId(), 1, 1, "agent", null, null, new AttemptOutcome.Usage(7, 0, 0), true)));

        assertThat(database.client()
                        .sql("select cost_micro_usd from charge where task_id = ?")
                        .param(begun.taskId())
                        .query(Long.class)
                        .list())
                .containsExactly(7L);
    }

    @Test
    void whatWasStoppedForAnotherTaskIsCountedAndTold() {
        Dispatch.Begun begun = dispatch(0);
        UUID other = UUID.randomUUID();

        assertThat(batches.requeue(
                        run, Map.of(begun.taskId(), 1), Set.of(begun.taskId()), Map.of(begun.taskId(), other), false))
                .containsExactly(0);

        assertThat(task().attempt()).isEqualTo(1);
        assertThat(task().preemption().preemptions()).isEqualTo(1);
        assertThat(database.client()
                        .sql("select preempted_for from task_state where task_id = ?")
                        .param(begun.taskId())
                        .query(UUID.class)
                        .single())
                .isEqualTo(other);
        release();
        assertThat(dispatch(1)).as("the same attempt").isEqualTo(new Dispatch.Begun(begun.taskId(), 1, 2, 2));
        assertThat(task().errorCode()).isNull();
    }

    @Test
    void whatIsToBeCancelledIsDispatchedNoMore() {
        dispatch(0);
        outcomes.cancelUnoffered(run, List.of(Attempts.cancellation(0)));

        assertThat(batches.dispatch(
                        "worker-2", Map.of(run, List.of(new Dispatch(task().taskId(), 1, "agent-2", null)))))
                .isEmpty();
        assertThat(task().errorCode()).isNotNull();
    }

    @Test
    void aRunIsToldInOrderOfWhatNoActivityOfItWatches() {
        Dispatch.Begun begun = dispatch(0);
        requeue(begun.taskId(), 1, true);
        release();
        Dispatch.Begun again = dispatch(1);
        AttemptOutcome outcome = Attempts.outcome(task(), again, Outcome.COMPLETED);

        Recorded recorded = Attempts.record(
                        outcomes,
                        List.of(new RunOutcomes(
                                run,
                                RunKind.DAG,
                                List.of(outcome),
                                new FollowUp(Map.of("t", new TypeTerms(true, null)), Map.of(1, "agent-1")),
                                true)))
                .getFirst();

        assertThat(recorded.queued()).containsExactly(1);
        assertThat(notices.undelivered(10, 10)).singleElement().satisfies(told -> {
            assertThat(told.run()).isEqualTo(run);
            assertThat(told.notStarted()).containsExactly(0);
            assertThat(told.ended()).containsExactly(new AttemptEnd(0, 1, Outcome.COMPLETED, "", false));
            notices.delivered(run, told.lastSequence());
        });
        assertThat(notices.undelivered(10, 10)).isEmpty();
    }

    @Test
    void noticesAreBoundedAndOfTheRunsThatWaitedLongest() {
        for (int n = 0; n < 3; n++) {
            for (int index = 0; index < 3; index++) {
                database.client()
                        .sql(
                                "insert into run_notice (run_id, run_number, task_index, attempt, outcome) values (?, ?, ?, 1, 'QUEUED')")
                        .params(run.runId(), 3 - n, index)
                        .update();
            }
        }

        assertThat(notices.undelivered(2, 2))
                .extracting(told -> told.run().runNumber() + " " + told.notStarted())
                .containsExactly("3 [0, 1]", "2 [0, 1]");
    }

    @Test
    void whatADeadWorkerWatchedIsAdoptedOnce() {
        dispatch(0);
        workers.heartbeat("worker-1");
        assertThat(workers.adopt("worker-2", Duration.ofSeconds(10), 10)).isEmpty();
        database.client()
                .sql("update worker set seen_at = now() - interval '11 seconds'")
                .update();

        assertThat(workers.adopt("worker-2", Duration.ofSeconds(10), 10))
                .containsExactly(new RunTask(run, RunKind.DAG, 0));

        assertThat(task().workerId()).isEqualTo("worker-2");
        assertThat(text("select count(*)::text from worker")).isEqualTo("0");
        workers.heartbeat("worker-2");
        assertThat(workers.adopt("worker-3", Duration.ofSeconds(10), 10)).isEmpty();
        workers.leave("worker-2");
        assertThat(workers.adopt("worker-3", Duration.ofSeconds(10), 10)).hasSize(1);
        assertThat(Set.of(TaskStatus.DISPATCHED)).contains(task().status());
    }

    private Dispatch.Begun dispatch(int epoch) {
        return dispatch(run, epoch);
    }

    private Dispatch.Begun dispatch(RunKey of, int epoch) {
        if (epoch == 0) {
            release();
        }
        BatchTask task = batches.load(of, List.of(0)).getFirst();
        return batches.dispatch("worker-1", Map.of(of, List.of(new Dispatch(task.taskId(), epoch, "agent-1", null))))
                .getFirst();
    }

    private void release() {
        database.client()
                .sql("update task_state set status = 'RELEASED', released_at = now() where status = 'QUEUED'")
                .update();
    }

    private List<Integer> requeue(UUID taskId, int epoch, boolean notify) {
        return batches.requeue(run, Map.of(taskId, epoch), Set.of(), notify);
    }

    private BatchTask task() {
        return batches.load(run, List.of(0)).getFirst();
    }

    private List<String> events() {
        return database.client()
                .sql("select status from event where task_id = ? order by xid, sequence")
                .param(task().taskId())
                .query(String.class)
                .list();
    }

    private String text(String sql) {
        return database.client().sql(sql).query(String.class).single();
    }
}
