package io.agentorchestrator.worker.run;

import io.agentorchestrator.store.loop.OutageLog;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Temporal by its SDK. The SDK repeats what fails for a minute; a deadline on the call's context ends that earlier. Thread-safe.
 */
public final class SdkTemporalRuns implements TemporalRuns, AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(SdkTemporalRuns.class);

    private final WorkflowClient client;
    private final OutageLog outages = new OutageLog(LOG, "Temporal");
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("temporal-deadlines").factory());

    public SdkTemporalRuns(WorkflowClient client) {
        this.client = client;
    }

    @Override
    public DeliveryResult start(
            String workflowType, WorkflowOptions options, RunInput input, byte[] plan, byte @Nullable [] snapshot) {
        return deliver(() -> {
            try {
                client.newUntypedWorkflowStub(workflowType, options).start(input, plan, snapshot);
            } catch (WorkflowExecutionAlreadyStarted before) {
                return; // by us, or by another worker: the id is the run's
            }
        });
    }

    @Override
    public DeliveryResult signal(String workflowId, String signal, Object argument) {
        return deliver(() -> client.newUntypedWorkflowStub(workflowId).signal(signal, argument));
    }

    @Override
    public WorkflowDescription describe(String workflowId) {
        try {
            WorkflowDescription described = new WorkflowDescription.Is(
                    inTime(() -> client.newUntypedWorkflowStub(workflowId).describe())
                            .getStatus());
            outages.recovered();
            return described;
        } catch (RuntimeException failure) {
            return switch (noted(TemporalFailures.reply(failure))) {
                case DeliveryResult.NotFound _ -> new WorkflowDescription.NotFound();
                case DeliveryResult.Away(String why) -> new WorkflowDescription.Unknown(why);
                case DeliveryResult.Refused(String why) -> new WorkflowDescription.Unknown(why);
                case DeliveryResult.Done _ -> throw new IllegalStateException("a failure is no success", failure);
            };
        }
    }

    @Override
    public void close() {
        deadlines.shutdownNow();
    }

    private DeliveryResult deliver(Runnable call) {
        try {
            return noted(inTime(() -> {
                call.run();
                return new DeliveryResult.Done();
            }));
        } catch (RuntimeException failure) {
            return noted(TemporalFailures.reply(failure));
        }
    }

    private DeliveryResult noted(DeliveryResult reply) {
        if (reply instanceof DeliveryResult.Away(String why)) {
            outages.unavailable("runs are neither started nor told nor asked for", why);
        } else {
            outages.recovered();
        }
        return reply;
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
