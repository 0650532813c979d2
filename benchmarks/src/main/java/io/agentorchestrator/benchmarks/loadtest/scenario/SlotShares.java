package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The division of agents' slots among tenants. */
final class SlotShares {
    private SlotShares() {}

    /**
     * Jain's fairness index of what each got, x, by R. Jain, D. Chiu and W. Hawe, A Quantitative Measure of Fairness and Discrimination for Resource
     * Allocation in Shared Computer Systems, DEC-TR-301, 1984:
     *
     * <pre>J(x) = (Σ x)² / (n × Σ x²)</pre>
     *
     * <p>1 where all got the same, 1/n where one got everything; NaN where nobody got anything.
     */
    static double jain(double... got) {
        double sum = Arrays.stream(got).sum();
        double squares = Arrays.stream(got).map(each -> each * each).sum();
        return sum * sum / (got.length * squares);
    }

    /**
     * The largest deviation of a share from what its weight asks for, as a part of that: max |(xᵢ / Σ x) / (wᵢ / Σ w) − 1|; NaN where nobody got
     * anything.
     */
    static double worstDeviation(double[] got, double[] weights) {
        double gotTogether = Arrays.stream(got).sum();
        double weight = Arrays.stream(weights).sum();
        return IntStream.range(0, got.length)
                .mapToDouble(each -> Math.abs(got[each] / gotTogether * weight / weights[each] - 1))
                .max()
                .orElse(Double.NaN);
    }

    /**
     * The microseconds between two moments in which no task waited. A task waits from its acknowledgement, its intended time in the log, to its first
     * start; one that never started, to the end of all.
     */
    static long withoutWaiting(TaskLog log, Instant from, Instant to) {
        long covered = TaskLog.micros(from);
        long end = TaskLog.micros(to);
        long missing = 0;
        int[] byBegin = IntStream.range(0, log.size())
                .boxed()
                .sorted(Comparator.comparingLong(log::intendedMicros))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int place : byBegin) {
            long begun = Math.min(log.intendedMicros(place), end);
            missing += Math.max(0, begun - covered);
            long started = log.startedMicros(place) == 0 ? end : log.startedMicros(place);
            covered = Math.max(covered, Math.max(begun, Math.min(started, end)));
        }
        return missing + Math.max(0, end - covered);
    }
}
