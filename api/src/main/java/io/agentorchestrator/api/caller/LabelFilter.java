package io.agentorchestrator.api.caller;

import java.util.SortedMap;
import java.util.TreeMap;

/** Labels that all of a list's elements have. For one thread. */
public final class LabelFilter {
    private final SortedMap<String, String> labels = new TreeMap<>();
    private boolean contradictory;

    LabelFilter() {}

    void add(String name, String value) {
        String other = labels.putIfAbsent(name, value);
        contradictory |= other != null && !other.equals(value);
    }

    int size() {
        return labels.size();
    }

    /** The labels by name; of a name that is to have two values, the first. */
    public SortedMap<String, String> labels() {
        return labels;
    }

    /** Tells whether a label is to have two values at once, which none has. */
    public boolean isContradictory() {
        return contradictory;
    }
}
