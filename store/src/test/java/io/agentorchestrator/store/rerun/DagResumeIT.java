package io.agentorchestrator.store.rerun;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class DagResumeIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final DagInTest dags = new DagInTest(database);
    private final DagRerun rerun = new DagRerun(database.dataSource(), DagInTest.IDS);
    private final List<UUID> outsideParents = new ArrayList<>();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatWasCancelledForTheFailedTaskRunsAfterTheNewOneAndTheRestStays() {
        RunKey first = submissions.dag(
                OnFailure.CANCEL_DEPENDENTS,
                "{}",
                Node.of("failed"),
                Node.of("other"),
                Node.of("next", "failed"),
                Node.of("last", "next"),
                Node.of("both", "failed", "other"),
                Node.of("byHand"));
        dags.started(first);
        dags.fail(first, 0, 2, 3, 4);
        dags.fail(first, 1);
        dags.cancel(first, 5);
        UUID old = dags.task(first, 0);

        RetryAnswer.Started resumed = resumed(first, 0);

        assertThat(resumed.run()).isEqualTo(new RunKey(first.runId(), 2));
        assertThat(resumed.keys()).containsExactly("failed", "next", "last");
        assertThat(outsideParents).isEmpty();
        assertThat(dags.tasks(first))
                .containsExactly(
                        "failed QUEUED 2 0 0 0",
                        "other FAILED 1 0 1 0",
                        "next WAITING 2 1 0 0",
                        "last WAITING 2 1 0 0",
                        "both CANCELLED 1 2 0 0",
                        "byHand CANCELLED 1 0 0 0");
        assertThat(dags.runs(first)).containsExactly("1 FAILED 0 2 4", "2 PENDING 3 1 2");
        assertThat(dags.texts("select coalesce(run_id::text, 'none') from task_state where task_id = ?", old))
                .containsExactly("none");
        assertThat(dags.texts("select concat_ws(' ', kind, principal, run_number, acknowledged_at is not null)"
                        + " from command"))
                .containsExactly("RETRY test 2 t");
        RunKey second = dags.release().getFirst().key();
        dags.complete(second, 0, 2, 3);
        assertThat(dags.runs(first)).last().isEqualTo("2 FAILED 0 1 2");
    }

    @Test
    void aFailedParentHoldsNobodyUpWhereTheDagContinuesAfterFailures() {
        RunKey first = submissions.dag(
                OnFailure.CONTINUE,
                "{}",
                Node.of("failed"),
                Node.of("other"),
                Node.of("both", "failed", "other"),
                Node.of("ran", "failed"),
                Node.of("cut", "ran", "both"));
        dags.started(first);
        dags.fail(first, 0);
        dags.complete(first, 3);
        dags.fail(first, 1, 2, 4);

        assertThat(resumed(first, 0).keys()).containsExactly("failed", "both", "cut");

        assertThat(dags.tasks(first))
                .containsExactly(
                        "failed QUEUED 2 0 0 0",
                        "other FAILED 1 0 1 0",
                        "both WAITING 2 1 0 0",
                        "ran COMPLETED 1 0 1 0",
                        "cut WAITING 2 1 0 0");
    }

    @Test
    void allThatWasCutOffRunsAgainWhereTheDagFailsFast() {
        RunKey first = submissions.dag(
                OnFailure.FAIL_FAST,
                "{}",
                Node.of("failed"),
                Node.of("done"),
                Node.of("beside"),
                Node.of("next", "failed"));
        dags.started(first);
        dags.complete(first, 1);
        dags.fail(first, 0, 2, 3);

        assertThat(resumed(first, 0).keys()).containsExactly("failed", "beside", "next");

        assertThat(dags.tasks(first))
                .containsExactly(
                        "failed QUEUED 2 0 0 0",
                        "done COMPLETED 1 0 1 0",
                        "beside QUEUED 2 0 0 0",
                        "next WAITING 2 1 0 0");
    }

    @Test
    void aDagThatHasNotEndedIsLeftAlone() {
        RunKey first = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("failed"), Node.of("open"));
        dags.started(first);
        dags.fail(first, 0);

        Optional<String> notEnded = transaction().execute(status -> rerun.notEnded(dags.lock(first)));

        assertThat(notEnded).contains("RUNNING");
        assertThat(dags.tasks(first)).hasSize(2);
        assertThat(dags.runs(first)).containsExactly("1 RUNNING 1 1 0");
    }

    private RetryAnswer.Started resumed(RunKey run, int index) {
        return Objects.requireNonNull(transaction().execute(status -> {
            var locked = dags.lock(run);
            assertThat(rerun.notEnded(locked)).isEmpty();
            UUID task = DagInTest.IDS.next();
            TaskCopies.insert(database.client(), dags.task(run, index), task, false, null);
            return rerun.resume(locked, index, task, outsideParents);
        }));
    }

    private TransactionTemplate transaction() {
        return new TransactionTemplate(new DataSourceTransactionManager(database.dataSource()));
    }
}
