package io.agentorchestrator.benchmarks.loadtest.outcome;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends.Status;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A comparison of the tasks that were submitted with what became of them.
 *
 * @param acknowledged tasks that were acknowledged
 * @param missing of those, unknown to the API: lost
 * @param open of those, not ended when patience ended: lost, as far as anybody can tell
 * @param doubled of those, with more than one attempt that completed
 * @param retried of those, that took more than one attempt
 * @param attempts how often attempts ended in what way
 */
public record Audit(
        int acknowledged,
        long missing,
        int open,
        int completed,
        int failed,
        int cancelled,
        long doubled,
        int retried,
        Map<String, Long> attempts) {
    /** Copies the counts, in order. */
    public Audit {
        attempts = Collections.unmodifiableMap(new TreeMap<>(attempts));
    }

    /** Tells whether nothing is lost and nothing was done twice. */
    public boolean clean() {
        return lost() == 0 && doubled == 0;
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

    /** Reads what became of every task in the log. */
    public static Audit of(TaskApi api, TaskLog log, Ends ends) throws IOException, InterruptedException {
        return of(log, ends, AttemptReader.of(api, log, ends));
    }

    /** Counts what became of every task in the log. */
    public static Audit of(TaskLog log, Ends ends, AttemptReader attempts) {
        int size = log.size();
        Map<Status, Integer> byStatus = new EnumMap<>(Status.class);
        int retried = 0;
        for (int i = 0; i < size; i++) {
            byStatus.merge(ends.status(i), 1, Integer::sum);
            retried += ends.status(i) != Status.OPEN && ends.attempts(i) > 1 ? 1 : 0;
        }
        return new Audit(
                size,
                attempts.missing(),
                byStatus.getOrDefault(Status.OPEN, 0),
                byStatus.getOrDefault(Status.COMPLETED, 0),
                byStatus.getOrDefault(Status.FAILED, 0),
                byStatus.getOrDefault(Status.CANCELLED, 0),
                attempts.doubled(),
                retried,
                attempts.ends());
    }
}
