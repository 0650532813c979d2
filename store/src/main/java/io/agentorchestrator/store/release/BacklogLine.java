package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.release.TaskClasses;
import io.agentorchestrator.workflows.selector.TaskSelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A line of the backlog: tasks of a type without a selector, or with the same required conditions.
 *
 * @param key {@link TaskSelector#key}
 */
public record BacklogLine(String taskType, String key) {
    /** The lines of these types that some agent takes from: that without selectors, and those of the selectors that some agent meets. */
    static List<BacklogLine> of(Collection<String> types, TaskClasses classes) {
        List<BacklogLine> lines = new ArrayList<>();
        types.stream().sorted().forEach(type -> {
            lines.add(new BacklogLine(type, TaskSelector.NO_KEY));
            classes.lines().getOrDefault(type, Map.of()).keySet().forEach(key -> lines.add(new BacklogLine(type, key)));
        });
        return lines;
    }
}
