package io.agentorchestrator.worker.run;

import io.agentorchestrator.workflows.run.RunInput;
import io.grpc.Context;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowOptions;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Temporal by its SDK. The SDK repeats what fails for a minute; a deadline on the call's context ends that earlier. Thread-safe.
 */
public final class SdkTemporalRuns implements TemporalRuns, AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private final WorkflowClient client;
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("temporal-deadlines").factory());

    public SdkTemporalRuns(WorkflowClient client) {
        this.client = client;
    }

    @Override
    public Reply start(String workflowType, WorkflowOptions options, RunInput input) {
        return tell(() -> {
            try {
                client.newUntypedWorkflowStub(workflowType, options).start(input);
            } catch (WorkflowExecutionAlreadyStarted before) {
                return; // by us, or by another worker: the id is the run's
            }
        });
    }

    @Override
    public Reply signal(String workflowId, String signal, Object argument) {
        return tell(() -> client.newUntypedWorkflowStub(workflowId).signal(signal, argument));
    }

    @Override
    public Described describe(String workflowId) {
        try {
            return new Described.Is(
                    inTime(() -> client.newUntypedWorkflowStub(workflowId).describe())
                            .getStatus());
        } catch (RuntimeException failure) {
            return switch (Failures.reply(failure)) {
                case Reply.NotFound _ -> new Described.NotFound();
                case Reply.Away(String why) -> new Described.Unknown(why);
                case Reply.Refused(String why) -> new Described.Unknown(why);
                case Reply.Done _ -> throw new IllegalStateException("a failure is no success", failure);
            };
        }
    }

    @Override
    public void close() {
        deadlines.shutdownNow();
    }

    private Reply tell(Runnable call) {
        try {
            return inTime(() -> {
                call.run();
                return new Reply.Done();
            });
        } catch (RuntimeException failure) {
            return Failures.reply(failure);
        }
    }

    private <T> T inTime(Supplier<T> call) {
        Context.CancellableContext context =
                Context.current().withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS, deadlines);
        Context before = context.attach();
        try {
            return call.get();
        } finally {
            context.detach(before);
            context.cancel(null);
        }
    }
}
