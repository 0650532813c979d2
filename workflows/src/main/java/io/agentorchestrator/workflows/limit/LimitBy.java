package io.agentorchestrator.workflows.limit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The place in a task whose value is the key of a limit. As text it is {@code task_type}, {@code label:NAME} or {@code payload_path:PATH}, with
 * the steps of the path separated by dots.
 */
public sealed interface LimitBy {
    /** Characters of a label's name or of a path at most. */
    int MAX_LENGTH = 200;

    /** Steps of a path at most. */
    int MAX_STEPS = 10;

    /** The text that {@link #parse} reads. */
    String text();

    /** The task's type. */
    record TaskType() implements LimitBy {
        private static final String TEXT = "task_type";

        @Override
        public String text() {
            return TEXT;
        }
    }

    /** A label of the task. */
    record Label(String name) implements LimitBy {
        private static final List<String> PREFIXES = List.of("label", "labels");

        @Override
        public String text() {
            return PREFIXES.getFirst() + ":" + name;
        }
    }

    /** A value in the payload. */
    record PayloadPath(List<String> steps) implements LimitBy {
        private static final List<String> PREFIXES = List.of("payload_path", "payload");

        public PayloadPath {
            steps = List.copyOf(steps);
        }

        @Override
        public String text() {
            return PREFIXES.getFirst() + ":" + String.join(".", steps);
        }
    }

    /** Reads the text; a dot in place of the colon will do, and so do {@code labels} and {@code payload}. Empty if it is none of these. */
    static Optional<LimitBy> parse(String text) {
        if (text.equals(TaskType.TEXT)) {
            return Optional.of(new TaskType());
        }
        Optional<LimitBy> label = after(Label.PREFIXES, text).map(Label::new);
        return label.isPresent() ? label : after(PayloadPath.PREFIXES, text).flatMap(LimitBy::path);
    }

    private static Optional<LimitBy> path(String text) {
        List<String> steps = List.of(text.split("\\.", -1));
        return steps.size() > MAX_STEPS || steps.contains("") ? Optional.empty() : Optional.of(new PayloadPath(steps));
    }

    private static Optional<String> after(List<String> prefixes, String text) {
        List<String> found = new ArrayList<>();
        for (String prefix : prefixes) {
            if (text.startsWith(prefix + ":") || text.startsWith(prefix + ".")) {
                found.add(text.substring(prefix.length() + 1));
            }
        }
        return found.stream()
                .filter(name -> !name.isBlank() && name.length() <= MAX_LENGTH)
                .findFirst();
    }
}
