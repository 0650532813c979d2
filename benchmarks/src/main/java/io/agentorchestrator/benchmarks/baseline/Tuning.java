package io.agentorchestrator.benchmarks.baseline;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The set-up of Temporal's client and worker; the defaults are what was measured to be best. */
final class Tuning {
    @Option(names = "--each", description = "What a task is: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    TaskForm each = TaskForm.WORKFLOW;

    @Option(names = "--workflow-pollers", description = "Default: ${DEFAULT-VALUE}.")
    int workflowPollers = 16;

    @Option(names = "--activity-pollers", description = "Default: as is best for the form of tasks.")
    private @Nullable Integer activityPollers;

    @Option(
            names = "--eager-start",
            arity = "1",
            description = "Whether a start is answered by the first workflow task. Default: ${DEFAULT-VALUE}.")
    boolean eagerStart = true;

    @Option(
            names = "--eager-activities",
            arity = "1",
            description =
                    "Whether a workflow task is answered by the activity that it wants. Default: ${DEFAULT-VALUE}.")
    boolean eagerActivities = true;

    int activityPollers() {
        return activityPollers == null ? each.activityPollers : activityPollers;
    }
}
