package io.agentorchestrator.worker.deadline;

import io.agentorchestrator.store.deadline.DeadlineStore;
import io.agentorchestrator.store.deadline.DeadlineStore.Expired;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.loop.WakeSignal;
import java.time.Duration;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;

/**
 * Looks every second for tasks that no agent has and whose deadline has passed: they fail, or their runs are commanded to fail them.
 * Any number of workers may do so at once: the store gives each task to one of them.
 */
@Component
@Import(DeadlineStore.class)
public final class DeadlineSweep implements LoopLifecycle {
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final int MAX_TASKS = 500;
    /** More only where very many pass at once; those who come next wait for the next sweep. */
    private static final int MAX_PAGES = 20;

    private final DeadlineStore store;
    private final WakeSignal commandWake;
    private final PollLoop loop;

    /**
     * Begins once started.
     *
     * @param commandWake of the loop that delivers commands
     */
    DeadlineSweep(DeadlineStore store, WakeSignal commandWake) {
        this.store = store;
        this.commandWake = commandWake;
        this.loop = new PollLoop("deadlines", EVERY, this::sweep);
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    private void sweep() {
        for (int page = 0; page < MAX_PAGES && loop.isRunning(); page++) {
            Expired expired = store.expire(MAX_TASKS);
            if (expired.commanded() > 0) {
                commandWake.now();
            }
            if (expired.failed() + expired.commanded() == 0) {
                return;
            }
        }
    }
}
