package io.agentorchestrator.benchmarks.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.temporal.api.common.v1.RetryPolicy;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.failure.v1.ApplicationFailureInfo;
import io.temporal.api.failure.v1.Failure;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueRequest;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueResponse;
import io.temporal.api.workflowservice.v1.RespondActivityTaskCompletedRequest;
import io.temporal.api.workflowservice.v1.RespondActivityTaskCompletedResponse;
import io.temporal.api.workflowservice.v1.RespondActivityTaskFailedRequest;
import io.temporal.api.workflowservice.v1.RespondActivityTaskFailedResponse;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CloseWatchTest {
    private static final int ATTEMPTS = 3;

    private final CloseWatch watch = new CloseWatch();
    private final CompletableFuture<Boolean> closed = watch.expect("activity");

    @Test
    void anActivityHasClosedOnceTemporalTookItsResult() {
        poll("", 1);

        complete(Status.UNAVAILABLE);
        assertThat(closed).isNotDone();

        complete(Status.OK);
        assertThat(closed).isCompletedWithValue(true);
    }

    @Test
    void aFailureThatIsRetriedClosesNothing() {
        poll("", 1);
        fail(false);
        assertThat(closed).isNotDone();

        poll("", 2);
        complete(Status.OK);
        assertThat(closed).isCompletedWithValue(true);
    }

    @Test
    void theLastAttemptsFailureCloses() {
        poll("", ATTEMPTS);
        fail(false);

        assertThat(closed).isCompletedWithValue(false);
    }

    @Test
    void aFailureForGoodCloses() {
        poll("", 1);
        fail(true);

        assertThat(closed).isCompletedWithValue(false);
    }

    @Test
    void aWorkflowsActivityIsNotMistakenForOne() {
        poll("workflow", 1);
        complete(Status.OK);

        assertThat(closed).isNotDone();
    }

    private void poll(String workflowId, int attempt) {
        call(
                WorkflowServiceGrpc.getPollActivityTaskQueueMethod(),
                PollActivityTaskQueueRequest.getDefaultInstance(),
                PollActivityTaskQueueResponse.newBuilder()
                        .setTaskToken(token())
                        .setActivityId("activity")
                        .setWorkflowExecution(WorkflowExecution.newBuilder().setWorkflowId(workflowId))
                        .setAttempt(attempt)
                        .setRetryPolicy(RetryPolicy.newBuilder().setMaximumAttempts(ATTEMPTS))
                        .build(),
                Status.OK);
    }

    private void complete(Status status) {
        call(
                WorkflowServiceGrpc.getRespondActivityTaskCompletedMethod(),
                RespondActivityTaskCompletedRequest.newBuilder()
                        .setTaskToken(token())
                        .build(),
                status.isOk() ? RespondActivityTaskCompletedResponse.getDefaultInstance() : null,
                status);
    }

    private void fail(boolean forGood) {
        call(
                WorkflowServiceGrpc.getRespondActivityTaskFailedMethod(),
                RespondActivityTaskFailedRequest.newBuilder()
                        .setTaskToken(token())
                        .setFailure(Failure.newBuilder()
                                .setApplicationFailureInfo(
                                        ApplicationFailureInfo.newBuilder().setNonRetryable(forGood)))
                        .build(),
                RespondActivityTaskFailedResponse.getDefaultInstance(),
                Status.OK);
    }

    private static ByteString token() {
        return ByteString.copyFromUtf8("token");
    }

    /** One call as gRPC makes it, to a server that answers this. */
    private <Q, R> void call(MethodDescriptor<Q, R> method, Q request, @Nullable R answer, Status status) {
        ClientCall<Q, R> call =
                watch.interceptCall(method, CallOptions.DEFAULT, new AnsweringChannel<>(answer, status));
        call.start(new ClientCall.Listener<>() {}, new Metadata());
        call.sendMessage(request);
        call.halfClose();
    }

    /** Answers as soon as the request is complete. */
    private static final class AnsweringChannel<T> extends Channel {
        private final @Nullable T answer;
        private final Status status;

        AnsweringChannel(@Nullable T answer, Status status) {
            this.answer = answer;
            this.status = status;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
            return new AnsweringCall<>((R) answer, status);
        }

        @Override
        public String authority() {
            return "test";
        }
    }

    private static final class AnsweringCall<Q, R> extends ClientCall<Q, R> {
        private final @Nullable R answer;
        private final Status status;
        private Listener<R> listener = new Listener<>() {};

        AnsweringCall(@Nullable R answer, Status status) {
            this.answer = answer;
            this.status = status;
        }

        @Override
        public void start(Listener<R> responses, Metadata headers) {
            listener = responses;
        }

        @Override
        public void halfClose() {
            if (answer != null) {
                listener.onMessage(answer);
            }
            listener.onClose(status, new Metadata());
        }

        @Override
        public void request(int messages) {}

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {}

        @Override
        public void sendMessage(Q message) {}
    }
}
