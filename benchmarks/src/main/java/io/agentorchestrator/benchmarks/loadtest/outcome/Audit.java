package io.agentorchestrator.benchmarks.loadtest.outcome;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog.Status;
import io.agentorchestrator.cli.client.Answers;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A comparison of the tasks that were submitted with what became of them. What the log tells is enough for a task that completed at its first
 * attempt; each other one is read by itself.
 *
 * @param acknowledged tasks that were acknowledged
 * @param missing of those, unknown to the API: lost
 * @param open of those, not ended when patience ended: lost, as far as anybody can tell
 * @param doubled of those, with more than one attempt that completed
 * @param retried of those, that took more than one attempt
 * @param attempts how often attempts ended in what way: COMPLETED, or the code of the error; in order
 * @param spans the times in which agents had attempts that have ended, of tasks that were read by themselves
 */
public record Audit(
        int acknowledged,
        int missing,
        int open,
        int completed,
        int failed,
        int cancelled,
        int doubled,
        int retried,
        Map<String, Long> attempts,
        List<Span> spans) {
    private static final String COMPLETED = "COMPLETED";
    private static final int READERS = 8;
    private static final int TRIES = 30;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** A time, microseconds of the epoch. */
    public record Span(long fromMicros, long toMicros) {
        long within(long from, long to) {
            return Math.max(0, Math.min(toMicros, to) - Math.max(fromMicros, from));
        }
    }

    /** Reads what became of every task in the log. */
    public static Audit of(TaskApi api, TaskLog log) throws IOException, InterruptedException {
        Map<Status, Integer> byStatus = new EnumMap<>(Status.class);
        Map<String, Long> ends = new TreeMap<>();
        List<Callable<Optional<List<Answers.Attempt>>>> reads = new ArrayList<>();
        int retried = 0;
        for (int i = 0; i < log.size(); i++) {
            byStatus.merge(log.status(i), 1, Integer::sum);
            retried += log.attempts(i) > 1 ? 1 : 0;
            if (log.completedAtFirst(i)) {
                ends.merge(COMPLETED, 1L, Long::sum);
            } else if (log.status(i) == Status.OPEN || log.attempts(i) > 0) {
                UUID id = log.id(i);
                reads.add(() -> attempts(api, id));
            }
        }
        int missing = 0;
        int doubled = 0;
        List<Span> spans = new ArrayList<>();
        for (Optional<List<Answers.Attempt>> attempts : all(reads)) {
            missing += attempts.isEmpty() ? 1 : 0;
            int completed = 0;
            for (Answers.Attempt attempt : attempts.orElse(List.of())) {
                String outcome = attempt.outcome();
                if (outcome != null) {
                    ends.merge(
                            attempt.error() == null ? outcome : attempt.error().code(), 1L, Long::sum);
                    completed += outcome.equals(COMPLETED) ? 1 : 0;
                    spans.add(new Span(TaskApi.micros(attempt.startedAt()), TaskApi.micros(attempt.endedAt())));
                }
            }
            doubled += completed > 1 ? 1 : 0;
        }
        return new Audit(
                log.size(),
                missing,
                byStatus.getOrDefault(Status.OPEN, 0),
                byStatus.getOrDefault(Status.COMPLETED, 0),
                byStatus.getOrDefault(Status.FAILED, 0),
                byStatus.getOrDefault(Status.CANCELLED, 0),
                doubled,
                retried,
                ends,
                spans);
    }

    private static <T> List<T> all(List<Callable<T>> reads) throws IOException, InterruptedException {
        List<T> all = new ArrayList<>();
        try (ExecutorService readers =
                Executors.newFixedThreadPool(READERS, Thread.ofVirtual().factory())) {
            for (Future<T> read : readers.invokeAll(reads)) {
                all.add(read.get());
            }
        } catch (ExecutionException failed) {
            throw new IOException("A task cannot be read: " + failed.getCause(), failed);
        }
        return all;
    }

    /** Of a task; empty where the API does not know it. */
    private static Optional<List<Answers.Attempt>> attempts(TaskApi api, UUID id)
            throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return api.task(id)
                        .map(task -> Objects.requireNonNullElse(task.attempts(), List.<Answers.Attempt>of()));
            } catch (IOException away) {
                if (attempt == TRIES) {
                    throw away;
                }
                Thread.sleep(RETRY_AFTER);
            }
        }
    }

    /** Tasks that did not come to an end. */
    public long lost() {
        return open;
    }

    /** The share of the acknowledged tasks that completed, 0 to 1. */
    public double success() {
        return acknowledged == 0 ? 0 : (double) completed / acknowledged;
    }

    /** One sentence. */
    public String words() {
        return "%,d acknowledged: %,d completed, %,d failed, %,d cancelled; %,d lost (%,d unknown to the API, %,d not ended), %,d completed twice"
                .formatted(acknowledged, completed, failed, cancelled, lost(), missing, open - missing, doubled);
    }

    /** Sums the time that ended attempts held slots within a span of time, in seconds. */
    public double busySeconds(TaskLog log, Instant from, Instant to) {
        long fromMicros = TaskLog.micros(from);
        long toMicros = TaskLog.micros(to);
        long micros = spans.stream()
                .filter(span -> span.fromMicros() > 0)
                .mapToLong(span -> span.within(fromMicros, toMicros))
                .sum();
        for (int i = 0; i < log.size(); i++) {
            if (log.completedAtFirst(i)) {
                micros += new Span(log.startedMicros(i), log.endedMicros(i)).within(fromMicros, toMicros);
            }
        }
        return micros / 1e6;
    }
}
