package io.agentorchestrator.benchmarks.loadtest.measure;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A run, second by second. */
public final class Timeline {
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

    /** The counts of one second. */
    private static final class Cell {
        private final Latencies latencies = Latencies.ofDigits(DIGITS);
        private int offered;
        private int accepted;
        private int completed;

        Second second(int number) {
            return new Second(
                    number,
                    offered,
                    accepted,
                    completed,
                    latencies.submissionMillis(50),
                    latencies.submissionMillis(99),
                    latencies.completionMillis(50),
                    latencies.completionMillis(99));
        }
    }

    private final int from;
    private final List<Cell> cells;
    /** Of what happened in another minute. */
    private final Cell elsewhere = new Cell();

    private Timeline(int from, int seconds) {
        this.from = from;
        this.cells = Stream.generate(Cell::new).limit(seconds).toList();
    }

    /** Each second until the last task ended. */
    public static List<Second> of(Instant start, TaskLog log) {
        long startMicros = TaskLog.micros(start);
        long last = startMicros;
        for (int i = 0; i < log.size(); i++) {
            last = Math.max(last, log.intendedMicros(i));
            if (log.status(i) != Status.OPEN) {
                last = Math.max(last, log.endedMicros(i));
            }
        }
        int seconds = (int) Math.min(MAX_SECONDS, (last - startMicros) / 1_000_000 + 1);
        List<Second> rows = new ArrayList<>(seconds);
        // By the minute: histograms of a whole long run would not fit.
        for (int from = 0; from < seconds; from += 60) {
            Timeline minute = new Timeline(from, Math.min(60, seconds - from));
            minute.fill(startMicros, log);
            minute.cells.forEach(cell -> rows.add(cell.second(rows.size())));
        }
        return rows;
    }

    private void fill(long startMicros, TaskLog log) {
        Cell acknowledgedAt = elsewhere;
        for (int i = 0; i < log.size(); i++) {
            long due = log.intendedMicros(i) - startMicros;
            int submission = log.submissionMicros(i);
            Cell dueAt = at(due);
            dueAt.offered++;
            dueAt.latencies.add(i, log);
            if (submission >= 0) {
                acknowledgedAt = at(due + submission);
            }
            acknowledgedAt.accepted++;
            if (log.status(i) == Status.COMPLETED) {
                at(log.endedMicros(i) - startMicros).completed++;
            }
        }
    }

    private Cell at(long micros) {
        long second = Math.floorDiv(micros, 1_000_000L) - from;
        return second >= 0 && second < cells.size() ? cells.get((int) second) : elsewhere;
    }
}
