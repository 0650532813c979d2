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

class FailuresTest {
    @Test
    void aMissingWorkflowIsNotFound() {
        StatusRuntimeException bare = Status.NOT_FOUND.asRuntimeException();

        assertThat(Failures.reply(bare)).isEqualTo(new Reply.NotFound());
        assertThat(Failures.reply(new WorkflowNotFoundException(execution(), "DagRun", bare)))
                .isEqualTo(new Reply.NotFound());
        assertThat(Failures.reply(notFound("", ""))).isEqualTo(new Reply.NotFound());
        assertThat(Failures.reply(notFound("east", "east"))).isEqualTo(new Reply.NotFound());
    }

    @Test
    void aMissingNamespaceSaysNothingOfTheWorkflow() {
        StatusRuntimeException failure = StatusUtils.newException(
                Status.NOT_FOUND.withDescription("no such namespace"),
                NamespaceNotFoundFailure.newBuilder().setNamespace("default").build(),
                NamespaceNotFoundFailure.getDescriptor());

        assertThat(Failures.reply(new WorkflowNotFoundException(execution(), "DagRun", failure)))
                .isInstanceOf(Reply.Away.class);
    }

    @Test
    void aClusterThatIsNotTheActiveOneSaysNothingOfTheWorkflow() {
        assertThat(Failures.reply(notFound("east", "west"))).isInstanceOf(Reply.Away.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"OK", "NOT_FOUND", "INVALID_ARGUMENT"},
            mode = EnumSource.Mode.EXCLUDE)
    void whateverElseFailsIsAnAbsence(Status.Code code) {
        StatusRuntimeException failure = code.toStatus().asRuntimeException();

        assertThat(Failures.reply(new WorkflowServiceException(execution(), "DagRun", failure)))
                .isInstanceOf(Reply.Away.class);
    }

    @Test
    void whatTemporalWillNeverTakeIsRefused() {
        assertThat(Failures.reply(Status.INVALID_ARGUMENT.asRuntimeException())).isInstanceOf(Reply.Refused.class);
    }

    @Test
    void whatDoesNotComeFromTemporalIsNoAbsenceButAMistakeOfOurs() {
        IllegalStateException mistake = new IllegalStateException(new NullPointerException("plan"));

        assertThatThrownBy(() -> Failures.reply(mistake)).isSameAs(mistake);
    }

    @Test
    void anInterruptedCallIsAnAbsence() {
        assertThat(Failures.reply(new CancellationException())).isInstanceOf(Reply.Away.class);
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
