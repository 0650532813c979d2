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
    private final Map<ByteString, Polled> polledByTaskToken = new ConcurrentHashMap<>();
    private final LongAdder eagerStarts = new LongAdder();
    private final LongAdder eagerActivities = new LongAdder();

    /**
     * A task that the worker got.
     *
     * @param id of the workflow or Standalone Activity
     * @param last whether it is the last attempt at a Standalone Activity
     */
    private record Polled(String id, boolean last) {}

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
            polledByTaskToken.put(
                    task.getTaskToken(), new Polled(task.getWorkflowExecution().getWorkflowId(), false));
        }
    }

    private void received(PollActivityTaskQueueResponse task) {
        if (!task.getTaskToken().isEmpty()
                && task.getWorkflowExecution().getWorkflowId().isEmpty()) {
            int attempts = task.getRetryPolicy().getMaximumAttempts();
            polledByTaskToken.put(
                    task.getTaskToken(),
                    new Polled(task.getActivityId(), attempts > 0 && task.getAttempt() >= attempts));
        }
    }

    /** Takes note of what the worker sent, once Temporal has taken it. */
    private void accepted(@Nullable Object sent) {
        switch (sent) {
            case RespondWorkflowTaskCompletedRequest completion -> accepted(completion);
            case RespondActivityTaskCompletedRequest completion ->
                closed(polledByTaskToken.remove(completion.getTaskToken()), true);
            case RespondActivityTaskFailedRequest failed -> {
                Polled attempt = polledByTaskToken.remove(failed.getTaskToken());
                boolean forGood =
                        failed.getFailure().getApplicationFailureInfo().getNonRetryable();
                if (attempt != null && (forGood || attempt.last())) {
                    closed(attempt, false);
                }
            }
            case null, default -> {}
        }
    }

    private void accepted(RespondWorkflowTaskCompletedRequest completion) {
        Polled workflow = polledByTaskToken.remove(completion.getTaskToken());
        for (Command command : completion.getCommandsList()) {
            switch (command.getCommandType()) {
                case COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION -> closed(workflow, true);
                case COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION, COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION ->
                    closed(workflow, false);
                default -> {} // the workflow goes on
            }
        }
    }

    private void closed(@Nullable Polled task, boolean completed) {
        CompletableFuture<Boolean> waiting = task == null ? null : expected.remove(task.id());
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
