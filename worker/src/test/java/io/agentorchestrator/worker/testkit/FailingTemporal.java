package io.agentorchestrator.worker.testkit;

import io.agentorchestrator.worker.run.DeliveryResult;
import io.agentorchestrator.worker.run.TemporalRuns;
import io.agentorchestrator.worker.run.WorkflowDescription;
import io.agentorchestrator.workflows.run.RunInput;
import io.temporal.client.WorkflowOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Temporal, which can go away, and lack search attributes; notes the signals that it took. */
public final class FailingTemporal implements TemporalRuns {
    private final TemporalRuns there;
    private volatile boolean away;
    private volatile boolean withoutAttributes;

    /** What was signalled, in the order of its arrival. */
    public final List<Object> signals = new CopyOnWriteArrayList<>();

    /** Calls that found nobody. */
    public final List<String> missed = new CopyOnWriteArrayList<>();

    FailingTemporal(TemporalRuns there) {
        this.there = there;
    }

    public void goAway() {
        away = true;
    }

    public void comeBack() {
        away = false;
    }

    /** Refuses starts that carry search attributes, as a server does that has none. */
    public void refuseAttributes() {
        withoutAttributes = true;
    }

    @Override
    public DeliveryResult start(
            String workflowType, WorkflowOptions options, RunInput input, byte[] plan, byte @Nullable [] snapshot) {
        if (withoutAttributes && options.getTypedSearchAttributes() != null) {
            return new DeliveryResult.Refused("no such search attribute");
        }
        return away ? miss(workflowType) : there.start(workflowType, options, input, plan, snapshot);
    }

    @Override
    public DeliveryResult signal(String workflowId, String signal, Object argument) {
        if (away) {
            return miss(signal);
        }
        DeliveryResult reply = there.signal(workflowId, signal, argument);
        if (reply instanceof DeliveryResult.Done) {
            signals.add(argument);
        }
        return reply;
    }

    @Override
    public WorkflowDescription describe(String workflowId) {
        if (away) {
            missed.add(workflowId);
            return new WorkflowDescription.Unknown("away");
        }
        return there.describe(workflowId);
    }

    private DeliveryResult miss(String what) {
        missed.add(what);
        return new DeliveryResult.Away("away");
    }
}
