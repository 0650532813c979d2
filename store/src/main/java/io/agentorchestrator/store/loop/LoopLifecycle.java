package io.agentorchestrator.store.loop;

import org.springframework.context.SmartLifecycle;

/** A component that lives as its loop does; one that has more to begin or to end overrides {@link #start} or {@link #stop}. */
public interface LoopLifecycle extends SmartLifecycle {
    /** Its loop, always the same. */
    PollLoop loop();

    @Override
    default void start() {
        loop().start();
    }

    @Override
    default void stop() {
        loop().stop();
    }

    @Override
    default boolean isRunning() {
        return loop().isRunning();
    }
}
