package io.agentorchestrator.benchmarks.baseline;

/** The forms that a task has in plain Temporal. */
enum TaskForm {
    /** A workflow with one activity: it may start eagerly, and its activity too. */
    WORKFLOW(2),
    /** An activity without a workflow (server 1.31 or newer). None is eager: every one comes by its task queue, so there have to be pollers. */
    STANDALONE_ACTIVITY(16);

    /** Pollers with which it does best. */
    final int activityPollers;

    TaskForm(int activityPollers) {
        this.activityPollers = activityPollers;
    }
}
