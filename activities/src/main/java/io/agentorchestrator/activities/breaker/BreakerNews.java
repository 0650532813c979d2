package io.agentorchestrator.activities.breaker;

import io.agentorchestrator.activities.loop.StepGuard;
import io.agentorchestrator.activities.loop.Timer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a listener of breakers that changed, on a thread of its own, of each the latest state only. Thread-safe. */
final class BreakerNews implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BreakerNews.class);

    private static final String TELLING = "telling of circuit breakers";

    private final BreakerListener listener;
    private final Map<String, Breaker> told = new HashMap<>();
    private final Map<String, Breaker> untold = new HashMap<>();
    /** Whether {@link #tellAll} is about to begin. */
    private boolean telling;

    private final StepGuard guard = new StepGuard(LOG, TELLING);
    private final Timer teller = new Timer(LOG, "breaker-news");

    BreakerNews(BreakerListener listener) {
        this.listener = listener;
    }

    /** Takes a state in; it is told at once where its phase is news, else by the next {@link #tell}. */
    void note(String agentId, Breaker breaker) {
        boolean urgent;
        synchronized (this) {
            Breaker before = told.getOrDefault(agentId, Breaker.NONE);
            Breaker waiting = untold.getOrDefault(agentId, before);
            if (breaker.version() <= Math.max(before.version(), waiting.version())) {
                return;
            }
            untold.put(agentId, breaker);
            urgent = breaker.phase() != before.phase();
        }
        if (urgent) {
            tell();
        }
    }

    /** Tells what is to be told; what comes while the listener blocks is told in one go after it. */
    void tell() {
        synchronized (this) {
            if (untold.isEmpty() || telling) {
                return;
            }
            telling = true;
        }
        boolean _ = teller.soon(TELLING, this::tellAll);
    }

    /** Forgets agents that are gone. */
    synchronized void retain(Set<String> agentIds) {
        told.keySet().retainAll(agentIds);
    }

    @Override
    public void close() {
        teller.stop();
    }

    private void tellAll() {
        Map<String, Breaker> current;
        synchronized (this) {
            current = Map.copyOf(untold);
            untold.clear();
            telling = false;
        }
        current.forEach((agentId, breaker) -> {
            boolean heard = guard.call(
                    () -> {
                        listener.changed(agentId, breaker);
                        return true;
                    },
                    false);
            synchronized (this) {
                if (heard) {
                    told.put(agentId, breaker);
                } else {
                    untold.putIfAbsent(agentId, breaker);
                }
            }
        });
    }
}
