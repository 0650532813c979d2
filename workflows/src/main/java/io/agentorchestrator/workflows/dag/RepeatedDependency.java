package io.agentorchestrator.workflows.dag;

/**
 * A dependency that its task names once more; it counts once. Indexes are positions in the document, from 0.
 *
 * @param key of the task
 * @param dependencyIndex of the repetition
 */
public record RepeatedDependency(String key, int index, int dependencyIndex, String dependency) {
    /** Says what is odd, with which task, and what comes of it. */
    public String message() {
        return "task '%s' names its dependency '%s' more than once; it counts once".formatted(key, dependency);
    }

    /** Where in the DAG document, as a JSON pointer (RFC 6901). */
    public String pointer() {
        return "/tasks/" + index + "/depends_on/" + dependencyIndex;
    }
}
