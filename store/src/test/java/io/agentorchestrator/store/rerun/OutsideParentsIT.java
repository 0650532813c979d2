package io.agentorchestrator.store.rerun;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.dependency.CrossRunDependents;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Tasks that run again, or are copied, and depend on tasks submitted before. */
class OutsideParentsIT {
    private static final RetryRequest PLAIN = new RetryRequest(List.of(), Map.of(), "");

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final DagInTest dags = new DagInTest(database);
    private final CrossRunDependents dependents = new CrossRunDependents(database.dataSource());
    private final DagRerun rerun = new DagRerun(database.dataSource(), DagInTest.IDS);
    private final UUID parent = submissions.task("other", Priority.NORMAL);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aParentThatCompletedMeanwhileIsNotWaitedFor() {
        RunKey run = cancelledBecauseItsParentFailed();
        set("COMPLETED");

        retry(run);

        assertThat(dags.tasks(run)).containsExactly("a QUEUED 2 0 0 0", "b WAITING 2 1 0 0");
        assertThat(openEdges()).isZero();
    }

    @Test
    void aParentThatIsOpenAgainIsWaitedFor() {
        RunKey run = cancelledBecauseItsParentFailed();
        set("QUEUED");

        retry(run);

        assertThat(dags.tasks(run)).containsExactly("a WAITING 2 1 0 0", "b WAITING 2 1 0 0");
        set("COMPLETED");
        dependents.propagate(List.of(parent));
        assertThat(dags.tasks(run)).containsExactly("a QUEUED 2 0 0 0", "b WAITING 2 1 0 0");
        assertThat(openEdges()).isZero();
    }

    @Test
    void aParentThatIsStillFailedEndsItsChildrenAgainInTheFurtherRun() {
        RunKey run = cancelledBecauseItsParentFailed();

        retry(run);

        assertThat(dags.tasks(run)).containsExactly("a WAITING 2 1 0 0", "b WAITING 2 1 0 0");
        assertThat(dags.texts("select concat_ws(' ', kind, run_number, task_indexes, code) from command"
                        + " where acknowledged_at is null"))
                .containsExactly("CANCEL 2 {0} UPSTREAM_FAILED");
    }

    @Test
    void aParentOfWhichNothingWasPassedOnYetCountsOnce() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Map.of("a", List.of(parent)), Node.of("a"));
        dags.started(run);
        dags.cancel(run, 0);
        set("COMPLETED");

        retry(run);
        dependents.sweep(10);

        assertThat(dags.tasks(run)).containsExactly("a QUEUED 2 0 0 0");
        assertThat(openEdges()).isZero();
    }

    @Test
    void aReplacementDependsOnWhatTheOldTaskDependedOn() {
        RunKey run = cancelledBecauseItsParentFailed();
        set("RUNNING");

        rerun.retry(
                "default",
                "ann",
                run.runId(),
                new RetryRequest(List.of(), Map.of("a", new NewPayload("{}", false)), ""));

        assertThat(dags.tasks(run)).containsExactly("a WAITING 2 1 0 0", "b WAITING 2 1 0 0");
        set("COMPLETED");
        dependents.propagate(List.of(parent));
        assertThat(dags.tasks(run)).containsExactly("a QUEUED 2 0 0 0", "b WAITING 2 1 0 0");
    }

    @Test
    void whatDependsOnATaskDependsOnTheOneThatTakesItsPlace() {
        RunKey run = cancelledBecauseItsParentFailed();
        UUID successor = copy(parent, null, Set.of());
        retry(run);
        assertThat(dags.tasks(run)).containsExactly("a WAITING 2 1 0 0", "b WAITING 2 1 0 0");

        database.client()
                .sql("update task_state set status = 'COMPLETED' where task_id = ?")
                .param(successor)
                .update();
        dependents.propagate(List.of(successor));

        assertThat(dags.tasks(run)).containsExactly("a QUEUED 2 0 0 0", "b WAITING 2 1 0 0");
    }

    @Test
    void aCopyBesideANodeOfADagStandsInForNobody() {
        RunKey above = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("p"));
        UUID node = dags.task(above, 0);
        RunKey below = submissions.dag(OnFailure.CONTINUE, "{}", Map.of("a", List.of(node)), Node.of("a"));

        UUID copy = copy(node, null, Set.of());
        assertThat(dags.texts("select parent_id::text from task_dependency")).containsExactly(node.toString());

        UUID inPlace = DagInTest.IDS.next();
        new TransactionTemplate(new DataSourceTransactionManager(database.dataSource()))
                .executeWithoutResult(status -> TaskCopies.insert(database.client(), node, inPlace, false, null));
        assertThat(copy).isNotEqualTo(inPlace);
        assertThat(dags.texts("select parent_id::text from task_dependency where child_id = ?", dags.task(below, 0)))
                .containsExactly(inPlace.toString());
    }

    @Test
    void aCopyThatStandsAloneWaitsForWhatHasNotCompletedAndForNothingElse() {
        UUID completed = submissions.task("other", Priority.NORMAL);
        database.client()
                .sql("update task_state set status = 'COMPLETED' where task_id = ?")
                .param(completed)
                .update();
        RunKey run = submissions.dag(
                OnFailure.CONTINUE, "{}", Map.of("b", List.of(parent, completed)), Node.of("a"), Node.of("b", "a"));

        assertThat(copy(dags.task(run, 0), null)).isEmpty();
        assertThat(copy(dags.task(run, 1), new NewPayload("{\"n\": 2}", false))).containsExactly(parent);

        assertThat(dags.texts("""
                        select concat_ws(' ', t.key, t.payload, t.task_type, s.status, s.waiting_on, t.dag_id, s.run_id, s.task_index,
                          s.queued_at is not null)
                        from task t join task_state s on s.task_id = t.task_id
                        where t.reprocessed_from is not null order by t.key
                        """)).containsExactly("a {} t QUEUED 0 t", "b {\"n\": 2} t WAITING 1 f");
        set("COMPLETED");
        dependents.propagate(List.of(parent));
        assertThat(dags.texts(
                        "select s.status::text from task t join task_state s on s.task_id = t.task_id"
                                + " where t.reprocessed_from = ?",
                        dags.task(run, 1)))
                .containsExactly("QUEUED");
    }

    private Set<UUID> copy(UUID task, @Nullable NewPayload payload) {
        TransactionTemplate transaction =
                new TransactionTemplate(new DataSourceTransactionManager(database.dataSource()));
        return Objects.requireNonNull(transaction.execute(
                status -> TaskCopies.insert(database.client(), task, DagInTest.IDS.next(), true, payload)));
    }

    private UUID copy(UUID task, @Nullable NewPayload payload, Set<UUID> waitsFor) {
        UUID copy = DagInTest.IDS.next();
        TransactionTemplate transaction =
                new TransactionTemplate(new DataSourceTransactionManager(database.dataSource()));
        assertThat(transaction.<Set<UUID>>execute(
                        status -> TaskCopies.insert(database.client(), task, copy, true, payload)))
                .isEqualTo(waitsFor);
        return copy;
    }

    private RunKey cancelledBecauseItsParentFailed() {
        RunKey run = submissions.dag(
                OnFailure.CANCEL_DEPENDENTS, "{}", Map.of("a", List.of(parent)), Node.of("a"), Node.of("b", "a"));
        dags.started(run);
        set("FAILED");
        dependents.propagate(List.of(parent));
        assertThat(openEdges()).isZero();
        dags.cancel(run, 0, 1);
        return run;
    }

    private void set(String status) {
        database.client()
                .sql("update task_state set status = ?::task_status where task_id = ?")
                .params(status, parent)
                .update();
    }

    private void retry(RunKey run) {
        assertThat(rerun.retry("default", "ann", run.runId(), PLAIN)).isInstanceOf(RetryAnswer.Started.class);
    }

    private int openEdges() {
        return database.client()
                .sql("select count(*) from task_dependency where settled_at is null")
                .query(Integer.class)
                .single();
    }
}
