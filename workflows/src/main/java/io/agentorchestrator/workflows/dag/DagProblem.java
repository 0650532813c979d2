package io.agentorchestrator.workflows.dag;

import io.agentorchestrator.workflows.model.Limits;
import java.util.List;

/** Something that keeps tasks from being a DAG. Indexes are positions in the document, from 0. */
public sealed interface DagProblem {

    /** Says what is wrong, with which task, and the way out. */
    String message();

    /** Where in the DAG document, as a JSON pointer (RFC 6901). */
    default String pointer() {
        return "/tasks";
    }

    record EmptyDag() implements DagProblem {
        @Override
        public String message() {
            return "the DAG has no tasks; give it at least one";
        }
    }

    record TooManyTasks(int count) implements DagProblem {
        @Override
        public String message() {
            return "the DAG has %,d tasks, but at most %,d are allowed; split it"
                    .formatted(count, Limits.MAX_TASKS_PER_DAG);
        }
    }

    record TooManyEdges(int count) implements DagProblem {
        @Override
        public String message() {
            return "the DAG has %,d dependencies, but at most %,d are allowed; put a task between its layers to join them"
                    .formatted(count, Limits.MAX_EDGES_PER_DAG);
        }
    }

    record DuplicateKey(String key, int index) implements DagProblem {
        @Override
        public String message() {
            return "an earlier task has the key '%s' already; give each task its own".formatted(key);
        }

        @Override
        public String pointer() {
            return "/tasks/" + index + "/key";
        }
    }

    record UnknownDependency(String key, int index, int dependencyIndex, String dependency) implements DagProblem {
        @Override
        public String message() {
            return "task '%s' depends on '%s', which is not in the DAG; add that task or remove the dependency"
                    .formatted(key, dependency);
        }

        @Override
        public String pointer() {
            return "/tasks/" + index + "/depends_on/" + dependencyIndex;
        }
    }

    record SelfDependency(String key, int index, int dependencyIndex) implements DagProblem {
        @Override
        public String message() {
            return "task '%s' depends on itself; remove the dependency".formatted(key);
        }

        @Override
        public String pointer() {
            return "/tasks/" + index + "/depends_on/" + dependencyIndex;
        }
    }

    /**
     * Tasks that depend on each other in a ring.
     *
     * @param path keys, each depending on the next; the last is the first again
     */
    record Cycle(List<String> path) implements DagProblem {
        private static final int KEYS_SHOWN = 20;

        public Cycle {
            path = List.copyOf(path);
        }

        @Override
        public String message() {
            return "tasks depend on each other in a cycle: %s; remove one of these dependencies"
                    .formatted(spelledOut());
        }

        private String spelledOut() {
            if (path.size() <= KEYS_SHOWN) {
                return String.join(" → ", path);
            }
            int omitted = path.size() - KEYS_SHOWN;
            return String.join(" → ", path.subList(0, KEYS_SHOWN - 1)) + " → … (" + omitted + " more) … → "
                    + path.getLast();
        }
    }
}
