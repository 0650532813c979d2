package io.agentorchestrator.workflows.run;

import io.agentorchestrator.text.VisibleText;
import java.util.List;
import java.util.stream.Collectors;

/** Names of a run's tasks for people, fit for one line and for Markdown. */
final class TaskNames {
    /** Tasks that are named in a line; of more it says how many they are. */
    static final int MAX_NAMED = 3;

    static final int MAX_LENGTH = 40;

    private final List<String> keys;

    /** @param keys by index; empty: tasks are numbered */
    TaskNames(List<String> keys) {
        this.keys = keys;
    }

    String of(int task) {
        return task < keys.size() ? plain(keys.get(task)) : "task " + task;
    }

    /** These tasks by name, if they are few and have names, or else how many they are. */
    String list(List<Integer> tasks) {
        boolean named =
                !tasks.isEmpty() && tasks.size() <= MAX_NAMED && tasks.stream().allMatch(task -> task < keys.size());
        if (named) {
            return tasks.stream().map(task -> shortened(of(task))).collect(Collectors.joining(", "));
        }
        return tasks.size() == 1 ? "1 task" : tasks.size() + " tasks";
    }

    private static String shortened(String name) {
        return name.codePointCount(0, name.length()) <= MAX_LENGTH
                ? name
                : name.substring(0, name.offsetByCodePoints(0, MAX_LENGTH - 1)) + "…";
    }

    /** Without what would end the Markdown around it, or the line. */
    static String plain(String text) {
        return VisibleText.of(text).replace('`', '?');
    }
}
