package io.agentorchestrator.worker.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.errordetails.v1.NamespaceNotFoundFailure;
import io.temporal.api.errordetails.v1.NotFoundFailure;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowServiceException;
import io.temporal.serviceclient.StatusUtils;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TemporalFailuresTest {
    @Test
    void aMissingWorkflowIsNotFound() {
        StatusRuntimeException bare = Status.NOT_FOUND.asRuntimeException();

        assertThat(TemporalFailures.reply(bare)).isEqualTo(new DeliveryResult.NotFound());
        assertThat(TemporalFailures.reply(new WorkflowNotFoundException(execution(), "DagRun", bare)))
                .isEqualTo(new DeliveryResult.NotFound());
        assertThat(TemporalFailures.reply(notFound("", ""))).isEqualTo(new DeliveryResult.NotFound());
        assertThat(TemporalFailures.reply(notFound("east", "east"))).isEqualTo(new DeliveryResult.NotFound());
    }

    @Test
    void aMissingNamespaceSaysNothingOfTheWorkflow() {
        StatusRuntimeException failure = StatusUtils.newException(
                Status.NOT_FOUND.withDescription("no such namespace"),
                NamespaceNotFoundFailure.newBuilder().setNamespace("default").build(),
                NamespaceNotFoundFailure.getDescriptor());

        assertThat(TemporalFailures.reply(new WorkflowNotFoundException(execution(), "DagRun", failure)))
                .isInstanceOf(DeliveryResult.Away.class);
    }

    @Test
    void aClusterThatIsNotTheActiveOneSaysNothingOfTheWorkflow() {
        assertThat(TemporalFailures.reply(notFound("east", "west"))).isInstanceOf(DeliveryResult.Away.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"OK", "NOT_FOUND", "INVALID_ARGUMENT"},
            mode = EnumSource.Mode.EXCLUDE)
    void whateverElseFailsIsAnAbsence(Status.Code code) {
        StatusRuntimeException failure = code.toStatus().asRuntimeException();

        assertThat(TemporalFailures.reply(new WorkflowServiceException(execution(), "DagRun", failure)))
                .isInstanceOf(DeliveryResult.Away.class);
    }

    @Test
    void whatTemporalWillNeverTakeIsRefused() {
        assertThat(TemporalFailures.reply(Status.INVALID_ARGUMENT.asRuntimeException()))
                .isInstanceOf(DeliveryResult.Refused.class);
    }

    @Test
    void whatDoesNotComeFromTemporalIsNoAbsenceButAMistakeOfOurs() {
        IllegalStateException mistake = new IllegalStateException(new NullPointerException("plan"));

        assertThatThrownBy(() -> TemporalFailures.reply(mistake)).isSameAs(mistake);
    }

    @Test
    void anInterruptedCallIsAnAbsence() {
        assertThat(TemporalFailures.reply(new CancellationException())).isInstanceOf(DeliveryResult.Away.class);
    }

    private static WorkflowExecution execution() {
        return WorkflowExecution.newBuilder().setWorkflowId("dag-1").build();
    }

    private static StatusRuntimeException notFound(String current, String active) {
        NotFoundFailure details = NotFoundFailure.newBuilder()
                .setCurrentCluster(current)
                .setActiveCluster(active)
                .build();
        return StatusUtils.newException(
                Status.NOT_FOUND.withDescription("no such workflow"), details, NotFoundFailure.getDescriptor());
    }
}
