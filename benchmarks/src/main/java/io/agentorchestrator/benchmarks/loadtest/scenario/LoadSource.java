package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.ClosedLoop;
import io.agentorchestrator.benchmarks.loadtest.generate.Sender;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.outcome.CompletionTracker;
import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.benchmarks.loadtest.workload.Requests;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps the backlog filled to a bound by a closed loop, and follows what was submitted to its end. */
final class LoadSource implements AutoCloseable {
    private final TaskApi api;
    private final List<String> types;
    private final TaskLog log = new TaskLog();
    private final CompletionTracker settling;
    private final Sender sender;
    private final ClosedLoop loop;
    /** Tasks that have ended, at least so many of those acknowledged. */
    private final AtomicInteger ended = new AtomicInteger();

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread follower = Thread.ofPlatform().name("follower").unstarted(this::follow);
    private final Duration every;

    /**
     * Bounds on what is done at once.
     *
     * @param maxOpen tasks that were acknowledged and have not ended
     * @param underWay requests
     * @param every period in which it is read how many have not ended
     */
    record Bounds(int maxOpen, int underWay, Duration every) {}

    LoadSource(Target target, List<String> types, Requests source, Bounds bounds) {
        this.api = target.tasks();
        this.types = List.copyOf(types);
        this.settling = new CompletionTracker(api, types, log);
        this.every = bounds.every();
        this.sender = new Sender(target.apiUrl());
        // What the follower has read is a little behind: the backlog is smaller than the bound, never larger.
        this.loop = new ClosedLoop(
                sender, source, log, () -> log.size() - ended.get(), bounds.maxOpen(), bounds.underWay());
        follower.start();
    }

    private void follow() {
        try {
            while (!stopped.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    int acknowledged = log.size();
                    int open =
                            (int) Math.min(Integer.MAX_VALUE, api.depth(types).open());
                    ended.accumulateAndGet(acknowledged - open, Math::max);
                } catch (IOException away) {
                    // The next look tells.
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    TaskLog log() {
        return log;
    }

    CompletionTracker settling() {
        return settling;
    }

    Map<String, Long> refused() {
        return loop.refused().counts();
    }

    /** Submits no more, waits for the ends, and counts. */
    Audit end(Duration limit) throws IOException, InterruptedException {
        loop.close();
        stopped.countDown();
        follower.join();
        settling.await(limit, every, open -> {});
        return Audit.of(api, log, settling.ends());
    }

    @Override
    public void close() {
        loop.close();
        stopped.countDown();
        try {
            follower.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sender.close();
    }
}
