package io.agentorchestrator.workflows.forecast;

import io.agentorchestrator.workflows.forecast.TypeTime.Expected;
import java.util.HashMap;
import java.util.Map;

/**
 * The length of tasks one after the other. Their times vary independently, so variances add up; the errors of means are common to all tasks of a
 * type, so those add up themselves. Not thread-safe.
 */
public final class PathLength {
    private final Map<String, Double> meanSigmas = new HashMap<>();
    private double seconds;
    private double variance;

    /** Appends a task. */
    public void add(String type, Expected duration) {
        seconds += duration.seconds();
        variance += duration.sigma() * duration.sigma();
        meanSigmas.merge(type, duration.meanSigma(), Double::sum);
    }

    /** The expected length, in seconds. */
    public double seconds() {
        return seconds;
    }

    /** Standard deviation of the length, in seconds. */
    public double sigma() {
        double common =
                meanSigmas.values().stream().mapToDouble(sigma -> sigma * sigma).sum();
        return Math.sqrt(variance + common);
    }

    /** The length at least, beyond the error band. */
    public double least() {
        return Math.max(0, seconds - Expected.BAND * sigma());
    }
}
