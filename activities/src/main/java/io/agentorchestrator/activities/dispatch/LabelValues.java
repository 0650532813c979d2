package io.agentorchestrator.activities.dispatch;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The values that a label of a metric may take, where they come from outside: those that are known, the first few others of this process, and one for all
 * the rest. Without it each would make series that are kept for ever. Thread-safe.
 */
final class LabelValues {
    private final int most;
    private final String rest;
    private final Set<String> shown = ConcurrentHashMap.newKeySet();
    private int others;

    /**
     * Shows what is known and, at first, nothing else.
     *
     * @param most values beside those that are known
     * @param rest the value in place of further ones
     */
    LabelValues(Set<String> known, int most, String rest) {
        this.most = most;
        this.rest = rest;
        shown.addAll(known);
    }

    /** The value to show for this one; always the same. */
    String of(String value) {
        return shown.contains(value) || admit(value) ? value : rest;
    }

    private synchronized boolean admit(String value) {
        if (others < most && shown.add(value)) {
            others++;
        }
        return shown.contains(value);
    }
}
