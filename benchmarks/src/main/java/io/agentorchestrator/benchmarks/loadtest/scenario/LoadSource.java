package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.ClosedLoop;
import io.agentorchestrator.benchmarks.loadtest.generate.Sender;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.measure.Repeated;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.outcome.CompletionTracker;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends;
import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.benchmarks.loadtest.workload.Requests;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps the backlog filled to a bound by a closed loop, and follows what was submitted to its end. */
final class LoadSource implements AutoCloseable {
    private final TaskApi api;
    private final TaskLog log = new TaskLog();
    private final CompletionTracker settling;
    private final Sender sender;
    private final ClosedLoop loop;
    /** Tasks that have ended, at least so many of those acknowledged. */
    private final AtomicInteger ended = new AtomicInteger();

    private final Repeated follower;
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
        this.settling = new CompletionTracker(api, types, log);
        this.every = bounds.every();
        this.sender = new Sender(target.apiUrl());
        // What the follower has read is a little behind: the backlog is smaller than the bound, never larger.
        this.loop = new ClosedLoop(
                sender, source, log, () -> log.size() - ended.get(), bounds.maxOpen(), bounds.underWay());
        this.follower = new Repeated("follower", every, () -> {
            int acknowledged = log.size();
            int open = (int) Math.min(Integer.MAX_VALUE, api.depth(types).open());
            ended.accumulateAndGet(acknowledged - open, Math::max);
        });
    }

    TaskLog log() {
        return log;
    }

    Ends ends() {
        return settling.ends();
    }

    Map<String, Long> refused() {
        return loop.refused().counts();
    }

    private void stop() {
        loop.close();
        follower.close();
    }

    /** Submits no more, waits for the ends, and counts. */
    Audit end(Duration limit) throws IOException, InterruptedException {
        stop();
        settling.await(limit, every, open -> {});
        return Audit.of(api, log, ends());
    }

    @Override
    public void close() {
        stop();
        sender.close();
    }
}
