package io.agentorchestrator.store.reading;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a DAG but its payloads.
 *
 * @param inputs a JSON object
 * @param criticalPath keys, as expected when it was submitted
 * @param parents for each task the indexes of its dependencies, ascending; not to be changed
 * @param usage of all tasks that it has or had, those included whose places others have taken
 * @param tasks by index
 */
@SuppressWarnings("ArrayRecordComponent")
public record DagDetail(
        DagFacts facts,
        String inputs,
        List<String> criticalPath,
        double criticalPathSeconds,
        UsageSum usage,
        int[][] parents,
        List<DagTask> tasks) {
    /** Results in one answer take this much together; those beyond are left out and can be read task by task. */
    public static final int MAX_RESULT_CHARS = 1024 * 1024;

    public DagDetail {
        criticalPath = List.copyOf(criticalPath);
        tasks = List.copyOf(tasks);
    }

    /**
     * A task in its DAG.
     *
     * @param dependsOn keys; {@code #} and the index of a task without one
     * @param result JSON
     * @param resultOmitted whether there is a result that is not here because of {@link #MAX_RESULT_CHARS}
     * @param progress of the attempt under way
     * @param usage of all its dispatches
     */
    public record DagTask(
            TaskFacts facts,
            List<String> dependsOn,
            @Nullable String result,
            boolean resultOmitted,
            @Nullable ProgressFacts progress,
            UsageSum usage) {
        public DagTask {
            dependsOn = List.copyOf(dependsOn);
        }
    }
}
