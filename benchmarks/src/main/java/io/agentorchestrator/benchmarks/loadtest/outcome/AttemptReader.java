package io.agentorchestrator.benchmarks.loadtest.outcome;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends.Status;
import io.agentorchestrator.cli.client.Answers;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The outcomes of the attempts of all acknowledged tasks. What lists tell is enough for a task that completed at its first; each other one is
 * read by itself.
 * For one thread.
 */
public final class AttemptReader {
    private static final String COMPLETED = "COMPLETED";
    private static final int READERS = 8;
    private static final int CHUNK = 1_000;
    private static final int TRIES = 30;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** The time in which an agent had an attempt that has ended, microseconds of the epoch. */
    private record Span(long fromMicros, long toMicros) {
        long within(long from, long to) {
            return Math.max(0, Math.min(toMicros, to) - Math.max(fromMicros, from));
        }
    }

    private final Map<String, Long> ends = new TreeMap<>();
    private final List<Span> spans = new ArrayList<>();
    private long missing;
    private long doubled;

    private AttemptReader() {}

    /** Reads them, of every task in the log. */
    public static AttemptReader of(TaskApi api, TaskLog log, Ends all) throws IOException, InterruptedException {
        AttemptReader read = new AttemptReader();
        List<UUID> others = new ArrayList<>();
        for (int i = 0; i < log.size(); i++) {
            if (all.completedAtFirst(i)) {
                read.ends.merge(COMPLETED, 1L, Long::sum);
            } else if (all.status(i) == Status.OPEN || all.attempts(i) > 0) {
                others.add(log.id(i));
            }
        }
        try (ExecutorService readers =
                Executors.newFixedThreadPool(READERS, Thread.ofVirtual().factory())) {
            for (int from = 0; from < others.size(); from += CHUNK) {
                List<Future<Optional<Answers.Task>>> reading = new ArrayList<>();
                for (UUID id : others.subList(from, Math.min(others.size(), from + CHUNK))) {
                    reading.add(readers.submit(() -> read(api, id)));
                }
                for (Future<Optional<Answers.Task>> each : reading) {
                    read.add(each.get());
                }
            }
        } catch (ExecutionException failed) {
            throw new IOException("A task cannot be read: " + failed.getCause(), failed);
        }
        return read;
    }

    private static Optional<Answers.Task> read(TaskApi api, UUID id) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return api.task(id);
            } catch (IOException away) {
                if (attempt == TRIES) {
                    throw away;
                }
                Thread.sleep(RETRY_AFTER);
            }
        }
    }

    private void add(Optional<Answers.Task> task) {
        if (task.isEmpty()) {
            missing++;
            return;
        }
        int completed = 0;
        for (Answers.Attempt attempt : Objects.requireNonNullElse(task.get().attempts(), List.<Answers.Attempt>of())) {
            String outcome = attempt.outcome();
            if (outcome != null) {
                ends.merge(attempt.error() == null ? outcome : attempt.error().code(), 1L, Long::sum);
                completed += outcome.equals(COMPLETED) ? 1 : 0;
                spans.add(new Span(TaskApi.micros(attempt.startedAt()), TaskApi.micros(attempt.endedAt())));
            }
        }
        doubled += completed > 1 ? 1 : 0;
    }

    /** Counts of attempts by how they ended: COMPLETED, or the code of the error. */
    public Map<String, Long> ends() {
        return ends;
    }

    /** Counts the tasks that the API does not know. */
    public long missing() {
        return missing;
    }

    /** Counts the tasks with more than one attempt that completed. */
    public long doubled() {
        return doubled;
    }

    /** Sums the time that ended attempts held slots within a span of time, in seconds. */
    public double busySeconds(Ends all, Instant from, Instant to) {
        long fromMicros = TaskLog.micros(from);
        long toMicros = TaskLog.micros(to);
        long micros = spans.stream()
                .filter(span -> span.fromMicros() > 0)
                .mapToLong(span -> span.within(fromMicros, toMicros))
                .sum();
        for (int i = 0; i < all.places(); i++) {
            if (all.completedAtFirst(i)) {
                micros += new Span(all.startedMicros(i), all.endedMicros(i)).within(fromMicros, toMicros);
            }
        }
        return micros / 1e6;
    }
}
