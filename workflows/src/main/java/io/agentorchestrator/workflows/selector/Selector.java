package io.agentorchestrator.workflows.selector;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Conditions on an agent: its region, its version, and labels that it has. Immutable.
 *
 * @param region of the agent, to the letter; null: any
 * @param version that the agent's is in; null: any, or none
 * @param labels that the agent has, each with this value
 */
public record Selector(@Nullable String region, @Nullable VersionRange version, SortedMap<String, String> labels) {
    /** No conditions. */
    public static final Selector NONE = new Selector(null, null, new TreeMap<>());

    /** Copies the labels. */
    public Selector {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /** Tells whether there is no condition. */
    public boolean isEmpty() {
        return size() == 0;
    }

    /** Counts the conditions. */
    public int size() {
        return (region == null ? 0 : 1) + (version == null ? 0 : 1) + labels.size();
    }

    /** Tells whether the agent meets all conditions. */
    public boolean accepts(AgentTraits agent) {
        return isEmpty() || metBy(agent) == size();
    }

    /** Counts the conditions that the agent meets. */
    public int metBy(AgentTraits agent) {
        int met = region != null && region.equals(agent.region()) ? 1 : 0;
        String theirs = agent.version();
        if (version != null && theirs != null && version.contains(theirs)) {
            met++;
        }
        for (var label : labels.entrySet()) {
            if (label.getValue().equals(agent.labels().get(label.getKey()))) {
                met++;
            }
        }
        return met;
    }

    /** The conditions in words: {@code region 'eu', version '>=1.2', label 'gpu=a100'}. */
    public String words() {
        List<String> words = new ArrayList<>();
        if (region != null) {
            words.add("region '" + region + "'");
        }
        if (version != null) {
            words.add("version '" + version + "'");
        }
        labels.forEach((name, value) -> words.add("label '" + name + "=" + value + "'"));
        return String.join(", ", words);
    }
}
