package io.agentorchestrator.benchmarks.loadtest.generate;

import java.util.Map;
import java.util.TreeMap;

/** Counts by kind what was not acknowledged. Thread-safe. */
public final class Tally {
    private final Map<String, Long> counts = new TreeMap<>();

    /** Adds so many of a kind. */
    public synchronized void add(String kind, long tasks) {
        counts.merge(kind, tasks, Long::sum);
    }

    /** Tasks by the kind of refusal. */
    public synchronized Map<String, Long> counts() {
        return new TreeMap<>(counts);
    }

    /** All of them. */
    public synchronized long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
