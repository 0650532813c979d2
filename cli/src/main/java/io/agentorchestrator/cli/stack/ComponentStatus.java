package io.agentorchestrator.cli.stack;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One component's row in {@code status}.
 *
 * @param since when its process started
 * @param restarts how often its process was started again after it died
 * @param message what it is doing, or why it failed
 */
public record ComponentStatus(
        Component name,
        ComponentState state,
        @Nullable Long pid,
        @Nullable Integer port,
        @Nullable String url,
        @Nullable Instant since,
        int restarts,
        @Nullable String message) {
    /** The same row in another state. */
    public ComponentStatus in(ComponentState next, @Nullable String why) {
        return new ComponentStatus(name, next, pid, port, url, since, restarts, why);
    }

    /** The same row with a process, starting. */
    public ComponentStatus startedAs(long newPid, Instant at, int newRestarts) {
        return new ComponentStatus(name, ComponentState.STARTING, newPid, port, url, at, newRestarts, null);
    }

    /** The same row without a process. */
    public ComponentStatus withoutProcess(ComponentState next, @Nullable String why) {
        return new ComponentStatus(name, next, null, port, url, null, restarts, why);
    }
}
