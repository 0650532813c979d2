package io.agentorchestrator.activities.breaker;

/**
 * Hears of breakers that changed, of each the latest state: at once when the phase changed, else within a second or so. May block:
 * it has a thread of its own. What it throws is logged, and the breaker told again a second later. The same change may be
 * told by several workers; the breaker's version says which state is the later one.
 */
@FunctionalInterface
public interface BreakerListener {
    void changed(String agentId, Breaker breaker);
}
