package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.Burst;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.measure.Repeated;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.benchmarks.loadtest.workload.Request;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tasks of one kind that wait ahead of an agent: most are submitted before anything is measured, and some are added whenever few are left. The
 * API is only asked how many wait; following each task would take from what is measured.
 */
final class StandingBacklog implements AutoCloseable {
    private static final int BATCH = 500;
    private static final int CLIENTS = 4;
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    /** Tasks that one backlog may submit over all its time. */
    static final int MOST_TASKS = 300_000;

    private final Target target;
    private final SameTasks tasks;
    private final TaskLog log = new TaskLog();
    private final Repeated keeper;
    private final AtomicLong leastSeen = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong refused = new AtomicLong();

    /**
     * A backlog, filled.
     *
     * @param first how many tasks are submitted before this returns
     * @param least how many shall wait at any time
     */
    StandingBacklog(Target target, SameTasks tasks, long first, long least) {
        this.target = target;
        this.tasks = tasks;
        long kept = Math.clamp(least, BATCH, MOST_TASKS);
        TaskApi api = target.tasks();
        add(Burst.send(target.apiUrl(), batches(first), CLIENTS));
        keeper = new Repeated("backlog", LOOK_EVERY, () -> {
            long queued = api.depth(List.of(tasks.taskType())).queued();
            leastSeen.accumulateAndGet(queued, Math::min);
            if (queued < kept) {
                add(Burst.offer(target.apiUrl(), batches(2 * kept - queued), CLIENTS));
            }
        });
    }

    private List<Request> batches(long wanted) {
        int room = (MOST_TASKS - log.size()) / BATCH;
        int count = (int) Math.min(room, (wanted + BATCH - 1) / BATCH);
        return Collections.nCopies(count, tasks.batch(BATCH));
    }

    private void add(Burst.Sent sent) {
        log.add(sent.tasks(), 0, 0);
        refused.addAndGet((long) BATCH * sent.refusals().size());
    }

    /** The fewest that were seen waiting. */
    long leastSeen() {
        long seen = leastSeen.get();
        return seen == Long.MAX_VALUE ? 0 : seen;
    }

    /** All tasks of the backlog. */
    TaskLog log() {
        return log;
    }

    /** Counts the tasks that were not accepted. */
    long refused() {
        return refused.get();
    }

    /** Adds no more; waits for the ends, or cancels what is left once none has ended for the time given. */
    Audit clear(Duration patience) throws IOException, InterruptedException {
        close();
        return Clearing.clear(target, tasks.taskType(), log, patience);
    }

    @Override
    public void close() {
        keeper.close();
    }
}
