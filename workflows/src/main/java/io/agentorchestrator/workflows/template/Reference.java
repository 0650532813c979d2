package io.agentorchestrator.workflows.template;

import java.util.List;

/** What stands between <code>${</code> and <code>}</code>. */
public sealed interface Reference {

    /** Names of object members, and indexes of array elements, from the referenced value on; empty for the value itself. */
    List<String> path();

    /** As it was written, without <code>${}</code>. */
    String text();

    /** An input of the DAG: {@code inputs.NAME}. */
    record ToInput(String name, List<String> path) implements Reference {
        public ToInput {
            path = List.copyOf(path);
        }

        @Override
        public String text() {
            return joined("inputs." + name, path);
        }
    }

    /** The result of a task: {@code tasks.KEY.result}. */
    record ToResult(String key, List<String> path) implements Reference {
        public ToResult {
            path = List.copyOf(path);
        }

        @Override
        public String text() {
            return joined("tasks." + key + ".result", path);
        }
    }

    private static String joined(String head, List<String> path) {
        return path.isEmpty() ? head : head + "." + String.join(".", path);
    }
}
