package io.agentorchestrator.worker.temporal;

import io.agentorchestrator.activities.loop.LoopThread;
import io.agentorchestrator.activities.loop.OutageLog;
import io.grpc.StatusRuntimeException;
import io.temporal.worker.WorkerFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Starts Temporal's workers as soon as Temporal is there, which may be after this process; stops them before what their activities
 * use, and waits until they have let go of their tasks.
 */
final class WorkersLifecycle implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(WorkersLifecycle.class);
    private static final long RETRY_SECONDS = 1;
    private static final long PATIENCE_SECONDS = 10;

    private final WorkerFactory workers;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final OutageLog temporal = new OutageLog(LOG, "Temporal");
    private volatile boolean running;

    WorkersLifecycle(WorkerFactory workers) {
        this.workers = workers;
    }

    @Override
    public void start() {
        running = true;
        Thread _ = LoopThread.start(LOG, "temporal-workers", () -> running, this::startWorkers);
    }

    private void startWorkers() {
        try {
            while (!tryStart()) {
                if (stopped.await(RETRY_SECONDS, TimeUnit.SECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The factory asks Temporal before it starts anything, so one that failed may be tried again. */
    private synchronized boolean tryStart() {
        if (!running) {
            return true;
        }
        try {
            workers.start();
            temporal.recovered();
            return true;
        } catch (StatusRuntimeException away) {
            temporal.unavailable(
                    "no workflow and no activity is run", away.getStatus().toString());
            return false;
        }
    }

    @Override
    public void stop() {
        synchronized (this) {
            running = false;
        }
        stopped.countDown();
        if (!workers.isStarted()) {
            return; // and has nothing to let go of
        }
        try {
            workers.shutdownNow();
        } catch (StatusRuntimeException away) {
            LOG.debug("Temporal was not told that its workers end", away);
        }
        workers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
