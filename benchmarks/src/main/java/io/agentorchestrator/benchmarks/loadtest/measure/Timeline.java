package io.agentorchestrator.benchmarks.loadtest.measure;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** A run, second by second. */
public final class Timeline {
    private static final long HIGHEST_MICROS = 7_200_000_000L;
    private static final int DIGITS = 2;
    private static final int MAX_SECONDS = 100_000;

    /**
     * One second.
     *
     * @param second from the start of the warm-up
     * @param offered tasks due in it and acknowledged at some time
     * @param accepted tasks acknowledged in it
     * @param completed tasks that completed in it
     * @param submissionP99 of the requests due in it, milliseconds
     * @param completionP99 of the tasks due in it, milliseconds
     */
    public record Second(
            int second,
            int offered,
            int accepted,
            int completed,
            double submissionP50,
            double submissionP99,
            double completionP50,
            double completionP99) {}

    private final Histogram[] submissions;
    private final Histogram[] completions;
    private final int[] offered;
    private final int[] accepted;
    private final int[] completed;

    private Timeline(int seconds) {
        submissions = new Histogram[seconds];
        completions = new Histogram[seconds];
        for (int i = 0; i < seconds; i++) {
            submissions[i] = new Histogram(HIGHEST_MICROS, DIGITS);
            submissions[i].setAutoResize(true);
            completions[i] = new Histogram(HIGHEST_MICROS, DIGITS);
        }
        offered = new int[seconds];
        accepted = new int[seconds];
        completed = new int[seconds];
    }

    /** Each second until the last task ended. */
    public static List<Second> of(Instant start, TaskLog log, Ends ends) {
        long startMicros = Latencies.micros(start);
        long last = 0;
        for (int i = 0; i < log.size(); i++) {
            last = Math.max(last, log.intendedMicros(i) - startMicros);
            if (ends.status(i) != Status.OPEN) {
                last = Math.max(last, ends.endedMicros(i) - startMicros);
            }
        }
        int seconds = (int) Math.min(MAX_SECONDS, last / 1_000_000 + 1);
        List<Second> rows = new ArrayList<>(seconds);
        // By the minute: histograms of a whole long run would not fit.
        for (int from = 0; from < seconds; from += 60) {
            new Timeline(Math.min(60, seconds - from)).fill(from, startMicros, log, ends, rows);
        }
        return rows;
    }

    private void fill(int from, long startMicros, TaskLog log, Ends ends, List<Second> rows) {
        int acknowledgedAt = -1;
        for (int i = 0; i < log.size(); i++) {
            long due = log.intendedMicros(i) - startMicros;
            int submission = log.submissionMicros(i);
            if (submission >= 0) {
                acknowledgedAt = place(due + submission, from);
            }
            count(accepted, acknowledgedAt);
            int dueAt = place(due, from);
            count(offered, dueAt);
            if (dueAt >= 0 && submission >= 0) {
                submissions[dueAt].recordValue(submission);
            }
            if (ends.status(i) == Status.COMPLETED) {
                count(completed, place(ends.endedMicros(i) - startMicros, from));
                if (dueAt >= 0) {
                    completions[dueAt].recordValue(
                            Math.clamp(ends.endedMicros(i) - startMicros - due, 0, HIGHEST_MICROS));
                }
            }
        }
        for (int i = 0; i < offered.length; i++) {
            rows.add(new Second(
                    from + i,
                    offered[i],
                    accepted[i],
                    completed[i],
                    Latencies.millis(submissions[i], 50),
                    Latencies.millis(submissions[i], 99),
                    Latencies.millis(completions[i], 50),
                    Latencies.millis(completions[i], 99)));
        }
    }

    private int place(long micros, int from) {
        long second = Math.floorDiv(micros, 1_000_000L) - from;
        return second >= 0 && second < offered.length ? (int) second : -1;
    }

    private static void count(int[] counts, int place) {
        if (place >= 0) {
            counts[place]++;
        }
    }
}
