package io.agentorchestrator.store.loop;

import io.agentorchestrator.store.transaction.StoreOutage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * Does the steps of one round each by itself: that one throws, as often as it may, keeps none of the others from being done. While the store
 * cannot be reached none of them could be, so that is thrown on, for the loop to say once. Thread-safe.
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
        Boolean _ = call(
                name,
                () -> {
                    step.run();
                    return true;
                },
                false);
    }

    /** Does the step of that name; what it returned, or the other value if it threw. */
    public <T> T call(String name, Supplier<T> step, T otherwise) {
        StepGuard guard = guards.computeIfAbsent(name, each -> new StepGuard(log, loop + " (" + each + ")"));
        try {
            T answer = step.get();
            guard.done();
            return answer;
        } catch (RuntimeException | Error failure) {
            if (StoreOutage.isUnreachable(failure)) {
                throw failure;
            }
            guard.failed(failure);
            return otherwise;
        }
    }
}
