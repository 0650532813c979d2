package io.agentorchestrator.benchmarks.loadtest.measure;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * Adds up the processor time of named processes between two moments, also where they are killed and replaced in between, if it
 * is sampled often enough. Thread-safe.
 */
public final class CpuMeter {
    /**
     * A process to measure.
     *
     * @param withDescendants whether its children count with it
     */
    public record Root(String name, long pid, boolean withDescendants) {}

    private record Key(String name, long pid, long startTicks) {}

    private final Supplier<List<Root>> roots;
    private final Supplier<Map<Long, ProcStat>> processes;
    private final Map<Key, Long> last = new HashMap<>();
    private final SequencedMap<String, Long> ticks = new LinkedHashMap<>();
    private long beginNanos;
    private long endNanos;

    /** @param roots asked at each sample, as processes come and go */
    public CpuMeter(Supplier<List<Root>> roots) {
        this(roots, ProcStat::all);
    }

    CpuMeter(Supplier<List<Root>> roots, Supplier<Map<Long, ProcStat>> processes) {
        this.roots = roots;
        this.processes = processes;
    }

    /** Starts to count; forgets what was counted before. */
    public synchronized void begin() {
        last.clear();
        ticks.clear();
        sample();
        ticks.replaceAll((name, before) -> 0L);
        beginNanos = System.nanoTime();
        endNanos = beginNanos;
    }

    /** Counts what was used since the last sample. */
    public synchronized void sample() {
        Map<Long, ProcStat> all = processes.get();
        for (Root root : roots.get()) {
            ProcStat stat = all.get(root.pid());
            if (stat == null) {
                continue;
            }
            long now = root.withDescendants() ? ProcStat.treeTicks(root.pid(), all) : stat.ownTicks();
            Key key = new Key(root.name(), root.pid(), stat.startTicks());
            Long before = last.put(key, now);
            // A process that was not there at the last sample used all of its time since.
            long used = before == null ? now : Math.max(0, now - before);
            ticks.merge(root.name(), used, Long::sum);
        }
        endNanos = System.nanoTime();
    }

    /** Sleeps, and returns the cores that were used meanwhile, as {@link #cores}. */
    public SequencedMap<String, Double> during(Duration time) throws InterruptedException {
        begin();
        Thread.sleep(time);
        sample();
        return cores();
    }

    synchronized long ticks(String name) {
        return ticks.getOrDefault(name, 0L);
    }

    /** Cores used by each name, on average from {@link #begin} to the last sample; empty where nothing could be read. */
    public synchronized SequencedMap<String, Double> cores() {
        SequencedMap<String, Double> cores = new LinkedHashMap<>();
        double seconds = Math.max(1e-3, (endNanos - beginNanos) / 1e9);
        ticks.forEach((name, used) -> cores.put(name, (double) used / ProcStat.TICKS_PER_SECOND / seconds));
        return cores;
    }
}
