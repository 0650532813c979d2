package io.agentorchestrator.worker.temporal;

import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.OutageLog;
import io.agentorchestrator.store.loop.PollLoop;
import io.grpc.StatusRuntimeException;
import io.temporal.worker.WorkerFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts Temporal's workers as soon as Temporal is there, which may be after this process; stops them before what their activities
 * use, and waits until they have let go of their tasks.
 */
final class WorkersLifecycle implements LoopLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(WorkersLifecycle.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final long PATIENCE_SECONDS = 10;

    private final WorkerFactory workers;
    private final OutageLog temporal = new OutageLog(LOG, "Temporal");
    private final PollLoop loop = new PollLoop("temporal-workers", RETRY, this::startWorkers);

    WorkersLifecycle(WorkerFactory workers) {
        this.workers = workers;
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    /** The factory asks Temporal before it starts anything, so one that failed may be tried again. */
    private synchronized void startWorkers() {
        if (!loop.isRunning() || workers.isStarted()) {
            return;
        }
        try {
            workers.start();
            temporal.recovered();
        } catch (StatusRuntimeException away) {
            temporal.unavailable(
                    "no workflow and no activity is run", away.getStatus().toString());
        }
    }

    @Override
    public void stop() {
        synchronized (this) {
            loop.stop();
        }
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
}
