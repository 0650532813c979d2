package io.agentorchestrator.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.release.ReleaseSignal;
import io.agentorchestrator.store.run.RunReconciliation.OpenRun;
import io.agentorchestrator.worker.testkit.RunsFixture;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.run.RunAttributes;
import io.agentorchestrator.workflows.run.RunDataConverter;
import io.agentorchestrator.workflows.run.RunInput;
import io.temporal.api.history.v1.WorkflowExecutionStartedEventAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RunStarterIT {
    private final RunsFixture runs = new RunsFixture();

    @AfterEach
    void close() {
        runs.close();
    }

    @Test
    void startsWithTheSearchAttributesThatTemporalKnows() {
        runs.registerAttributes();
        RunKey run = runs.pending();

        assertThat(runs.starter(true).start(runs.begin(run))).isTrue();

        assertThat(started(run).getSearchAttributes().getIndexedFieldsMap())
                .containsOnlyKeys(
                        RunAttributes.TENANT.getName(),
                        RunAttributes.DAG_NAME.getName(),
                        RunAttributes.STATUS.getName());
        assertThat(input(run).settings().statusAttribute()).isTrue();
        assertThat(input(run).taskKeys()).containsExactly("a", "b");
        assertThat(runs.status(run)).isEqualTo("RUNNING");
    }

    @Test
    void startsWithoutSearchAttributesThatTemporalRefuses() {
        runs.temporal.refuseAttributes();
        RunKey run = runs.pending();

        assertThat(runs.starter(true).start(runs.begin(run))).isTrue();

        assertThat(started(run).getSearchAttributes().getIndexedFieldsMap()).isEmpty();
        assertThat(input(run).settings().statusAttribute()).isFalse();
        assertThat(runs.status(run)).isEqualTo("RUNNING");
    }

    @Test
    void startsARunOnceHoweverOftenItIsToldTo() {
        RunKey run = runs.pending();
        var start = runs.begin(run);

        assertThat(runs.starter.start(start)).isTrue();
        assertThat(runs.starter.start(start)).isTrue();
    }

    @Test
    void leavesTheStartToTheSweepWhileTemporalIsAway() {
        RunKey run = runs.pending();
        runs.temporal.goAway();

        assertThat(runs.starter.start(runs.begin(run))).isFalse();

        assertThat(runs.status(run)).isEqualTo("STARTING");
        runs.temporal.comeBack();
        assertThat(runs.starts.takeOverStuck(Duration.ofMillis(-1), 10))
                .singleElement()
                .satisfies(start -> assertThat(runs.starter.start(start)).isTrue());
        assertThat(runs.status(run)).isEqualTo("RUNNING");
    }

    @Test
    void suspectsARunThatCannotBeToldOfItsReleases() {
        RunKey run = runs.lost();

        runs.starter.notify(new ReleaseSignal(run, RunKind.DAG, List.of(0)));

        assertThat(runs.reconciliation.takeUnverified(Duration.ofHours(1), 10))
                .extracting(OpenRun::key)
                .containsExactly(run);
    }

    private WorkflowExecutionStartedEventAttributes started(RunKey run) {
        return runs.client()
                .fetchHistory(RunsFixture.workflowId(run))
                .getEvents()
                .getFirst()
                .getWorkflowExecutionStartedEventAttributes();
    }

    private RunInput input(RunKey run) {
        return RunDataConverter.create()
                .fromPayloads(0, Optional.of(started(run).getInput()), RunInput.class, RunInput.class);
    }
}
