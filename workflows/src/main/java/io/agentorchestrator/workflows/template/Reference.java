package io.agentorchestrator.workflows.template;

import java.util.List;
import java.util.regex.Pattern;

/** A reference, which stands between <code>${</code> and <code>}</code>. */
public sealed interface Reference {

    /** Names of object members, and indexes of array elements, from the referenced value on; empty for the value itself. */
    List<String> path();

    /** As the value that the path begins at may be written, without <code>${}</code>. */
    String root();

    /** As it may be written, without <code>${}</code>. */
    default String text() {
        StringBuilder text = new StringBuilder(root());
        path().forEach(name -> text.append(Spelling.step(name)));
        return text.toString();
    }

    /** An input of the DAG: {@code inputs.NAME}. */
    record ToInput(String name, List<String> path) implements Reference {
        public ToInput {
            path = List.copyOf(path);
        }

        @Override
        public String root() {
            return "inputs" + Spelling.step(name);
        }
    }

    /** The result of a task: {@code tasks.KEY.result}. */
    record ToResult(String key, List<String> path) implements Reference {
        public ToResult {
            path = List.copyOf(path);
        }

        @Override
        public String root() {
            return "tasks" + Spelling.key(key) + ".result";
        }
    }

    /** The spelling of names: after a dot where they can, quoted in brackets where they must. */
    final class Spelling {
        private static final Pattern PLAIN = Pattern.compile("[^.\\[\\]{}'\"\\s]+");

        private Spelling() {}

        static String step(String name) {
            return PLAIN.matcher(name).matches() ? "." + name : quoted(name);
        }

        /** A key may hold dots as it is, unless it could be taken for a shorter one. */
        static String key(String key) {
            return key.contains(".result") ? quoted(key) : "." + key;
        }

        private static String quoted(String name) {
            return "['" + name.replace("'", "''") + "']";
        }
    }
}
