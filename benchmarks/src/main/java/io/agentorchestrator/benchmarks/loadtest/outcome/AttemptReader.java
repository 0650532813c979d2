package io.agentorchestrator.benchmarks.loadtest.outcome;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;

/**
 * The outcomes of the attempts of all acknowledged tasks. What lists tell is enough for a task that completed at its first; each other one is
 * read by itself.
 *
 * @param ends how often attempts ended in what way: COMPLETED, or the code of the error
 * @param missing tasks that the API does not know
 * @param doubled tasks with more than one attempt that completed
 * @param spans of those that were read by themselves
 */
public record AttemptReader(Map<String, Long> ends, long missing, long doubled, List<Span> spans) {
    private static final String COMPLETED = "COMPLETED";
    private static final int READERS = 8;
    private static final int CHUNK = 1_000;
    private static final int TRIES = 30;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** The time in which an agent had an attempt that has ended, microseconds of the epoch. */
    public record Span(long fromMicros, long toMicros) {
        long within(long from, long to) {
            return Math.max(0, Math.min(toMicros, to) - Math.max(fromMicros, from));
        }
    }

    /** Copies the counts, in order. */
    public AttemptReader {
        ends = java.util.Collections.unmodifiableMap(new TreeMap<>(ends));
        spans = List.copyOf(spans);
    }

    /** Reads them, of every task in the log. */
    public static AttemptReader of(TaskApi api, TaskLog log, Ends ends) throws IOException, InterruptedException {
        Count count = new Count();
        List<UUID> others = new ArrayList<>();
        for (int i = 0; i < log.size(); i++) {
            if (ends.completedAtFirst(i)) {
                count.ends.merge(COMPLETED, 1L, Long::sum);
            } else if (ends.status(i) == Status.OPEN || ends.attempts(i) > 0) {
                others.add(log.id(i));
            }
        }
        try (ExecutorService readers =
                Executors.newFixedThreadPool(READERS, Thread.ofVirtual().factory())) {
            for (int from = 0; from < others.size(); from += CHUNK) {
                List<Future<Optional<JsonNode>>> reading = new ArrayList<>();
                for (UUID id : others.subList(from, Math.min(others.size(), from + CHUNK))) {
                    reading.add(readers.submit(() -> read(api, id)));
                }
                for (Future<Optional<JsonNode>> each : reading) {
                    count.add(each.get());
                }
            }
        } catch (ExecutionException failed) {
            throw new IOException("A task cannot be read: " + failed.getCause(), failed);
        }
        return new AttemptReader(count.ends, count.missing, count.doubled, count.spans);
    }

    private static Optional<JsonNode> read(TaskApi api, UUID id) throws IOException, InterruptedException {
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

    /** The counts so far. For one thread. */
    private static final class Count {
        private final Map<String, Long> ends = new TreeMap<>();
        private final List<Span> spans = new ArrayList<>();
        private long missing;
        private long doubled;

        void add(Optional<JsonNode> task) {
            if (task.isEmpty()) {
                missing++;
                return;
            }
            int completed = 0;
            for (JsonNode attempt : task.get().path("attempts")) {
                String outcome = attempt.path("outcome").asString("");
                if (!outcome.isEmpty()) {
                    ends.merge(attempt.at("/error/code").asString(outcome), 1L, Long::sum);
                    completed += outcome.equals(COMPLETED) ? 1 : 0;
                    spans.add(new Span(TaskApi.micros(attempt, "started_at"), TaskApi.micros(attempt, "ended_at")));
                }
            }
            doubled += completed > 1 ? 1 : 0;
        }
    }

    /** Sums the time that ended attempts held slots within a span of time, in seconds. */
    public double busySeconds(Ends all, Instant from, Instant to) {
        long fromMicros = ChronoUnit.MICROS.between(Instant.EPOCH, from);
        long toMicros = ChronoUnit.MICROS.between(Instant.EPOCH, to);
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
