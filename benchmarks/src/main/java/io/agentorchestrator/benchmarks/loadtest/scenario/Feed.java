package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.ClosedLoop;
import io.agentorchestrator.benchmarks.loadtest.generate.Sender;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.store.Audit;
import io.agentorchestrator.benchmarks.loadtest.store.LoadStore;
import io.agentorchestrator.benchmarks.loadtest.store.Settling;
import io.agentorchestrator.benchmarks.loadtest.workload.Requests;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps the backlog filled to a bound by a closed loop, and follows what was submitted to its end. */
final class Feed implements AutoCloseable {
    private final LoadStore store;
    private final TaskLog log = new TaskLog();
    private final Settling settling;
    private final Sender sender;
    private final ClosedLoop loop;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread follower = Thread.ofPlatform().name("follower").unstarted(this::follow);
    private final Duration every;

    /**
     * How much at once.
     *
     * @param maxOpen tasks that were acknowledged and have not ended
     * @param underWay requests
     * @param every how often the ends are read
     */
    record Bounds(int maxOpen, int underWay, Duration every) {}

    Feed(Target target, Requests source, Bounds bounds) {
        this.store = target.openStore();
        this.settling = new Settling(store, log);
        this.every = bounds.every();
        this.sender = new Sender(target.apiUrl());
        // What the follower has read is a little behind: the backlog is smaller than the bound, never larger.
        this.loop = new ClosedLoop(
                sender, source, log, () -> log.size() - settling.ends().ended(), bounds.maxOpen(), bounds.underWay());
        follower.start();
    }

    private void follow() {
        try {
            while (!stopped.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    settling.round();
                } catch (SQLException away) {
                    store.recover();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    TaskLog log() {
        return log;
    }

    Settling settling() {
        return settling;
    }

    Map<String, Long> refused() {
        return loop.refused().counts();
    }

    /** Submits no more, waits for the ends, and counts. */
    Audit end(Duration limit) throws SQLException, InterruptedException {
        loop.close();
        stopped.countDown();
        follower.join();
        settling.await(limit, every, open -> {});
        return Audit.of(store, log, settling.ends());
    }

    @Override
    public void close() throws SQLException {
        loop.close();
        stopped.countDown();
        try {
            follower.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sender.close();
        store.close();
    }
}
