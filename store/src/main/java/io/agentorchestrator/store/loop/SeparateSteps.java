package io.agentorchestrator.store.loop;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * Does the steps of one round each by itself: that one throws, as often as it may, keeps none of the others from being done.
 * Thread-safe.
 *
 * @see StepGuard
 */
public final class SeparateSteps {
    private final Logger log;
    private final String loop;
    private final Map<String, StepGuard> guards = new ConcurrentHashMap<>();

    /** @param loop begins its lines */
    public SeparateSteps(Logger log, String loop) {
        this.log = log;
        this.loop = loop;
    }

    /** Does the step of that name: one of the few that this loop has. */
    public void run(String name, Runnable step) {
        guard(name).run(step);
    }

    /** Does the step of that name; what it returned, or the other value if it threw. */
    public <T> T call(String name, Supplier<T> step, T otherwise) {
        return guard(name).call(step, otherwise);
    }

    private StepGuard guard(String name) {
        return guards.computeIfAbsent(name, step -> new StepGuard(log, loop + " (" + step + ")"));
    }
}
