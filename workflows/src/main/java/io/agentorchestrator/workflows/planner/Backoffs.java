package io.agentorchestrator.workflows.planner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;

/** The waits between attempts that are to be decided on. */
final class Backoffs {
    private final Attempts attempts;
    private final DoubleSupplier random;
    private final Map<Integer, Long> restoredMillis;
    private final List<Decision.Backoff> decided = new ArrayList<>();

    Backoffs(Attempts attempts, DoubleSupplier random, Map<Integer, Long> restoredMillis) {
        this.attempts = attempts;
        this.random = random;
        this.restoredMillis = new TreeMap<>(restoredMillis);
    }

    void after(AttemptEnd end) {
        decided.add(new Decision.Backoff(end.task(), attempts.delayAfter(end, random.getAsDouble())));
    }

    /** Waits on for what was waited for before continue-as-new. */
    void repeat() {
        restoredMillis.forEach((task, millis) -> decided.add(new Decision.Backoff(task, Duration.ofMillis(millis))));
        restoredMillis.clear();
    }

    List<Decision.Backoff> flush() {
        List<Decision.Backoff> flushed = List.copyOf(decided);
        decided.clear();
        return flushed;
    }
}
