package io.agentorchestrator.benchmarks.baseline;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.temporal.api.command.v1.Command;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueResponse;
import io.temporal.api.workflowservice.v1.PollWorkflowTaskQueueResponse;
import io.temporal.api.workflowservice.v1.RespondActivityTaskCompletedRequest;
import io.temporal.api.workflowservice.v1.RespondActivityTaskFailedRequest;
import io.temporal.api.workflowservice.v1.RespondWorkflowTaskCompletedRequest;
import io.temporal.api.workflowservice.v1.RespondWorkflowTaskCompletedResponse;
import io.temporal.api.workflowservice.v1.StartWorkflowExecutionResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Notices that Temporal has closed a workflow, from its answer to the worker's last workflow task, or a Standalone Activity, from
 * its answer to the worker's outcome: that costs the server nothing, where a long poll each would. Thread-safe; it remembers as
 * much as is in flight.
 */
final class CloseWatch implements ClientInterceptor {
    private final Map<String, CompletableFuture<Boolean>> expected = new ConcurrentHashMap<>();
    private final Map<ByteString, String> workflowByTaskToken = new ConcurrentHashMap<>();
    private final Map<ByteString, Attempt> attemptByTaskToken = new ConcurrentHashMap<>();
    private final LongAdder eagerStarts = new LongAdder();
    private final LongAdder eagerActivities = new LongAdder();

    /** An attempt at a Standalone Activity. */
    private record Attempt(String activityId, boolean last) {}

    /** Completes when the workflow or Standalone Activity has closed: with whether it completed. To be called before the start. */
    CompletableFuture<Boolean> expect(String id) {
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        expected.put(id, closed);
        return closed;
    }

    /** Starts a workflow or Standalone Activity; what it returns completes as {@link #expect} says. Throws if the start does. */
    CompletableFuture<Boolean> afterStart(String id, Runnable start) {
        CompletableFuture<Boolean> closed = expect(id);
        try {
            start.run();
        } catch (RuntimeException notStarted) {
            expected.remove(id);
            throw notStarted;
        }
        return closed;
    }

    /** Starts that were answered by the first workflow task. */
    long eagerStarts() {
        return eagerStarts.sum();
    }

    /** Activities that came with the answer to the workflow task that wanted them. */
    long eagerActivities() {
        return eagerActivities.sum();
    }

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        return new Watched<>(next.newCall(method, options));
    }

    private void answered(@Nullable Object answer) {
        switch (answer) {
            case PollWorkflowTaskQueueResponse task -> received(task);
            case PollActivityTaskQueueResponse task -> received(task);
            case StartWorkflowExecutionResponse start
            when start.hasEagerWorkflowTask() -> {
                eagerStarts.increment();
                received(start.getEagerWorkflowTask());
            }
            case RespondWorkflowTaskCompletedResponse response -> {
                eagerActivities.add(response.getActivityTasksCount());
                if (response.hasWorkflowTask()) {
                    received(response.getWorkflowTask());
                }
            }
            case null, default -> {}
        }
    }

    private void received(PollWorkflowTaskQueueResponse task) {
        if (!task.getTaskToken().isEmpty()) {
            workflowByTaskToken.put(
                    task.getTaskToken(), task.getWorkflowExecution().getWorkflowId());
        }
    }

    private void received(PollActivityTaskQueueResponse task) {
        if (!task.getTaskToken().isEmpty()
                && task.getWorkflowExecution().getWorkflowId().isEmpty()) {
            int attempts = task.getRetryPolicy().getMaximumAttempts();
            attemptByTaskToken.put(
                    task.getTaskToken(),
                    new Attempt(task.getActivityId(), attempts > 0 && task.getAttempt() >= attempts));
        }
    }

    /** Takes note of what the worker sent, once Temporal has taken it. */
    private void accepted(@Nullable Object sent) {
        switch (sent) {
            case RespondWorkflowTaskCompletedRequest completion -> accepted(completion);
            case RespondActivityTaskCompletedRequest completion -> {
                Attempt attempt = attemptByTaskToken.remove(completion.getTaskToken());
                closed(attempt == null ? null : attempt.activityId(), true);
            }
            case RespondActivityTaskFailedRequest failed -> {
                Attempt attempt = attemptByTaskToken.remove(failed.getTaskToken());
                boolean forGood =
                        failed.getFailure().getApplicationFailureInfo().getNonRetryable();
                if (attempt != null && (forGood || attempt.last())) {
                    closed(attempt.activityId(), false);
                }
            }
            case null, default -> {}
        }
    }

    private void accepted(RespondWorkflowTaskCompletedRequest completion) {
        String workflowId = workflowByTaskToken.remove(completion.getTaskToken());
        for (Command command : completion.getCommandsList()) {
            switch (command.getCommandType()) {
                case COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION -> closed(workflowId, true);
                case COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION, COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION ->
                    closed(workflowId, false);
                default -> {} // the workflow goes on
            }
        }
    }

    private void closed(@Nullable String id, boolean completed) {
        CompletableFuture<Boolean> waiting = id == null ? null : expected.remove(id);
        if (waiting != null) {
            waiting.complete(completed);
        }
    }

    private final class Watched<Q, R> extends SimpleForwardingClientCall<Q, R> {
        private volatile @Nullable Object sent;

        Watched(ClientCall<Q, R> call) {
            super(call);
        }

        @Override
        public void sendMessage(Q message) {
            sent = message;
            super.sendMessage(message);
        }

        @Override
        public void start(Listener<R> listener, Metadata headers) {
            super.start(
                    new SimpleForwardingClientCallListener<R>(listener) {
                        @Override
                        public void onMessage(R message) {
                            answered(message);
                            super.onMessage(message);
                        }

                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            if (status.isOk()) {
                                accepted(sent);
                            }
                            super.onClose(status, trailers);
                        }
                    },
                    headers);
        }
    }
}
