package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.Acknowledgement.Accepted;
import io.agentorchestrator.benchmarks.loadtest.generate.Acknowledgement.Refused;
import io.agentorchestrator.benchmarks.loadtest.generate.Sender;
import io.agentorchestrator.benchmarks.loadtest.generate.Tally;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.measure.Repeated;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.outcome.CompletionTracker;
import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.benchmarks.loadtest.workload.Request;
import io.agentorchestrator.benchmarks.loadtest.workload.Requests;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps the backlog filled to a bound by a closed loop, and follows what was submitted to its end: it submits as fast as is answered, with so
 * many requests under way, while fewer tasks than the bound have not ended. That finds what the system can do, not how it does under a given load.
 */
final class LoadSource implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration AFTER_REFUSAL = Duration.ofMillis(100);

    private final TaskApi api;
    private final List<String> types;
    private final Requests source;
    private final Bounds bounds;
    private final TaskLog log = new TaskLog();
    private final Tally refused = new Tally();
    private final Sender sender;
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    /** Tasks that have ended, at least so many of those acknowledged. */
    private final AtomicInteger ended = new AtomicInteger();

    private final Repeated follower;
    private volatile boolean stopped;

    /**
     * Bounds on what is done at once.
     *
     * @param maxOpen tasks that were acknowledged and have not ended
     * @param underWay requests
     * @param every period in which it is read how many have not ended
     */
    record Bounds(int maxOpen, int underWay, Duration every) {}

    /** A source, at work. */
    LoadSource(Target target, List<String> types, Requests source, Bounds bounds) {
        this.api = target.tasks();
        this.types = types;
        this.source = source;
        this.bounds = bounds;
        this.sender = new Sender(target.apiUrl());
        for (int i = 0; i < bounds.underWay(); i++) {
            clients.execute(this::work);
        }
        this.follower = new Repeated("follower", bounds.every(), () -> {
            int acknowledged = log.size();
            int open = (int) Math.min(Integer.MAX_VALUE, api.depth(types).open());
            ended.accumulateAndGet(acknowledged - open, Math::max);
        });
    }

    private void work() {
        try {
            while (!stopped) {
                // What the follower has read is a little behind: the backlog is smaller than the bound, never larger.
                if (log.size() - ended.get() >= bounds.maxOpen()) {
                    Thread.sleep(PAUSE);
                } else {
                    submit();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void submit() throws InterruptedException {
        Request request;
        synchronized (source) {
            request = source.next();
        }
        long micros = TaskLog.micros(Instant.now());
        long nanos = System.nanoTime();
        switch (sender.send(request, null)) {
            case Accepted accepted -> log.add(accepted.ids(), micros, (System.nanoTime() - nanos) / 1_000);
            case Refused not -> {
                refused.add(not.kind(), request.tasks());
                Thread.sleep(AFTER_REFUSAL);
            }
        }
    }

    TaskLog log() {
        return log;
    }

    /** Tasks that were not acknowledged. */
    Tally refused() {
        return refused;
    }

    /** Submits no more; returns when every request has been answered. */
    private void stop() {
        stopped = true;
        clients.close();
        follower.close();
    }

    /** Submits no more, waits for the ends, and counts. */
    Audit end(Duration limit) throws IOException, InterruptedException {
        stop();
        new CompletionTracker(api, types, log).await(limit, bounds.every(), open -> {});
        return Audit.of(api, log);
    }

    @Override
    public void close() {
        stop();
        sender.close();
    }
}
