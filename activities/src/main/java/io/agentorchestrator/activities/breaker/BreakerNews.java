package io.agentorchestrator.activities.breaker;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a listener of breakers that changed, on a thread of its own, of each the latest state only. Thread-safe. */
final class BreakerNews implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BreakerNews.class);

    private final BreakerListener listener;
    private final Map<String, Breaker> told = new HashMap<>();
    private final Map<String, Breaker> untold = new HashMap<>();
    /** Whether {@link #tellAll} is about to begin. */
    private boolean telling;

    private final ExecutorService teller = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("breaker-news").factory());

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
        try {
            teller.execute(this::tellAll);
        } catch (RejectedExecutionException closed) {
            LOG.debug("nobody is told any more", closed);
        }
    }

    /** Forgets agents that are gone. */
    synchronized void retain(Set<String> agentIds) {
        told.keySet().retainAll(agentIds);
    }

    @Override
    public void close() {
        teller.shutdownNow();
    }

    private void tellAll() {
        Map<String, Breaker> current;
        synchronized (this) {
            current = Map.copyOf(untold);
            untold.clear();
            telling = false;
        }
        current.forEach((agentId, breaker) -> {
            try {
                listener.changed(agentId, breaker);
                synchronized (this) {
                    told.put(agentId, breaker);
                }
            } catch (RuntimeException storeAway) {
                LOG.debug("could not tell of the breaker of agent {}; it is told again", agentId, storeAway);
                synchronized (this) {
                    untold.putIfAbsent(agentId, breaker);
                }
            }
        });
    }
}
