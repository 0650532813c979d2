package io.agentorchestrator.worker.metrics;

import io.agentorchestrator.store.schema.Schema;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;

/** Makes partitions ahead of the clock, every hour. */
final class Housekeeping implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final Schema schema;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("housekeeping").factory());
    private volatile boolean running;

    Housekeeping(Schema schema) {
        this.schema = schema;
    }

    @Override
    public void start() {
        running = true;
        var _ = timer.scheduleWithFixedDelay(this::run, 1, 60, TimeUnit.MINUTES);
    }

    @Override
    public void stop() {
        running = false;
        timer.shutdownNow();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void run() {
        try {
            int made = schema.ensurePartitions();
            if (made > 0) {
                LOG.info("made {} partitions", made);
            }
        } catch (DataAccessException away) {
            LOG.warn("could not make partitions; tried again in an hour: {}", String.valueOf(away.getMessage()));
        }
    }
}
