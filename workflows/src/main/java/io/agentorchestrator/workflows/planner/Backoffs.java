package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.model.Jitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The waits between attempts that are to be decided on. */
final class Backoffs {
    private final Attempts attempts;
    private final Jitter jitter;
    private final Map<Integer, Long> restoredMillis;
    private final List<Decision.Backoff> decided = new ArrayList<>();

    Backoffs(Attempts attempts, Jitter jitter, Map<Integer, Long> restoredMillis) {
        this.attempts = attempts;
        this.jitter = jitter;
        this.restoredMillis = new TreeMap<>(restoredMillis);
    }

    void after(AttemptEnd end) {
        decided.add(new Decision.Backoff(end.task(), attempts.delayAfter(end, jitter.of(end.task(), end.attempt()))));
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
