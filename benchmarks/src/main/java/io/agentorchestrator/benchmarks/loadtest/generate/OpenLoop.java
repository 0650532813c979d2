package io.agentorchestrator.benchmarks.loadtest.generate;

import io.agentorchestrator.benchmarks.loadtest.generate.Acknowledgement.Accepted;
import io.agentorchestrator.benchmarks.loadtest.generate.Acknowledgement.Refused;
import io.agentorchestrator.benchmarks.loadtest.workload.Request;
import io.agentorchestrator.benchmarks.loadtest.workload.Requests;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Submits at intended times, however long the answers to earlier requests take. When the generator or the bound on outstanding
 * requests holds a request back, its latency still counts from its intended time: no arrival is left out (no coordinated
 * omission).
 */
public final class OpenLoop {
    private static final long CLOSE_IDLE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

    private final Sender sender;
    private final RetryMode insistence;
    private final TaskLog log;
    private final Tally refused = new Tally();
    private final Tally repeated = new Tally();
    private final int maxOutstanding;
    private final Semaphore outstanding;
    private final AtomicLong offered = new AtomicLong();
    private final AtomicLong requests = new AtomicLong();
    private volatile boolean stopped;

    /** @param maxOutstanding requests without an answer, at most */
    public OpenLoop(Sender sender, RetryMode insistence, TaskLog log, int maxOutstanding) {
        this.sender = sender;
        this.insistence = insistence;
        this.log = log;
        this.maxOutstanding = maxOutstanding;
        this.outstanding = new Semaphore(maxOutstanding);
    }

    /**
     * Submits at a pace and returns when every request has come to something.
     *
     * @param start when the first is due
     */
    public void run(Pace pace, Requests source, Instant start) throws InterruptedException {
        long startMicros = TaskLog.micros(start);
        long startNanos =
                System.nanoTime() + Duration.between(Instant.now(), start).toNanos();
        long total = pace.tasks();
        long nextCloseIdle = startNanos;
        long tasks = 0;
        while (tasks < total && !stopped) {
            Request request = source.next();
            long due = pace.dueNanos(tasks);
            TimeUnit.NANOSECONDS.sleep(startNanos + due - System.nanoTime());
            outstanding.acquire();
            tasks += request.tasks();
            offered.set(tasks);
            long number = requests.incrementAndGet();
            Thread.startVirtualThread(() -> submit(request, number, startNanos + due, startMicros + due / 1_000));
            if (System.nanoTime() - nextCloseIdle > 0) {
                sender.closeIdle();
                nextCloseIdle = System.nanoTime() + CLOSE_IDLE_NANOS;
            }
        }
        outstanding.acquire(maxOutstanding);
        outstanding.release(maxOutstanding);
    }

    private void submit(Request request, long number, long dueNanos, long intendedMicros) {
        try {
            switch (acknowledgement(request, number, dueNanos)) {
                case Accepted accepted -> {
                    long latencyMicros = (System.nanoTime() - dueNanos) / 1_000;
                    log.add(accepted.ids(), intendedMicros, latencyMicros);
                    int missing = request.tasks() - accepted.ids().size();
                    if (missing != 0) {
                        refused.add("acknowledged without an id", missing);
                    }
                }
                case Refused not -> refused.add(not.kind(), request.tasks());
            }
        } catch (InterruptedException e) {
            refused.add("interrupted", request.tasks());
            Thread.currentThread().interrupt();
        } finally {
            outstanding.release();
        }
    }

    private Acknowledgement acknowledgement(Request request, long number, long dueNanos) throws InterruptedException {
        String key = insistence.keyPrefix().isEmpty() ? null : insistence.keyPrefix() + number;
        long deadlineNanos = dueNanos + insistence.limit().toNanos();
        Duration pause = FIRST_PAUSE;
        while (true) {
            Acknowledgement answer = sender.send(request, key);
            if (!(answer instanceof Refused refusal && refusal.passing()) || System.nanoTime() - deadlineNanos >= 0) {
                return answer;
            }
            repeated.add(refusal.kind(), request.tasks());
            Thread.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : pause.multipliedBy(2);
        }
    }

    /** Lets nothing more arrive. */
    public void stop() {
        stopped = true;
    }

    /** Tasks whose submission was due so far. */
    public long offered() {
        return offered.get();
    }

    /** Requests without an answer. */
    public int outstanding() {
        return maxOutstanding - outstanding.availablePermits();
    }

    /** Tasks that were not acknowledged in the end. */
    public Tally refused() {
        return refused;
    }

    /** Tasks that were submitted again, by what the attempt before came to. */
    public Tally repeated() {
        return repeated;
    }
}
