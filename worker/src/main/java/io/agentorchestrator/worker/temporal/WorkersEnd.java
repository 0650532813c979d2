package io.agentorchestrator.worker.temporal;

import io.temporal.worker.WorkerFactory;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;

/** Stops Temporal's workers before what their activities use, and waits until they have let go of their tasks. */
final class WorkersEnd implements SmartLifecycle {
    private static final long PATIENCE_SECONDS = 10;

    private final WorkerFactory workers;
    private volatile boolean running;

    WorkersEnd(WorkerFactory workers) {
        this.workers = workers;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        workers.shutdownNow();
        workers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
