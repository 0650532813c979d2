package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.process.Program;
import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.ComponentState;
import io.agentorchestrator.cli.stack.ComponentStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The specification of one component: how it is prepared, probed and stopped.
 *
 * @param after the components that must be up before its first start
 * @param stopLimit how long it may take to end when asked
 */
record ComponentSpec(
        Component component,
        Set<Component> after,
        Preparation preparation,
        Readiness readiness,
        Duration stopLimit,
        @Nullable Integer port,
        @Nullable String url) {

    /** Makes a component ready to run; repeated before every start. */
    interface Preparation {
        Program prepare(Consumer<String> progress) throws IOException, InterruptedException;
    }

    /** Finds out whether a process that started at that time does its work now. */
    interface Readiness {
        Health health(long pid, Instant startedAt) throws InterruptedException;
    }

    /** Its row before anything happened. */
    ComponentStatus initialStatus() {
        return new ComponentStatus(component, ComponentState.WAITING, null, port, url, null, 0, null);
    }
}
