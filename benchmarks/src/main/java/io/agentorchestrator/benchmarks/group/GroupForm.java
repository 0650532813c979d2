package io.agentorchestrator.benchmarks.group;

/** The forms in which a group can be told to Temporal. */
enum GroupForm {
    /** As the product has it: the group's workflow, whose batch runs within its first workflow task. */
    WORKFLOW,
    /** The group's workflow, whose batch is an activity: so it is where a batch is not done in half a second. */
    WORKFLOW_BATCH_BY_QUEUE,
    /** A Standalone Activity that takes the workflow's input and runs the one batch. */
    STANDALONE_ACTIVITY,
    /** The same with a heartbeat time-out, by which Temporal would notice within seconds that its worker has died. */
    STANDALONE_ACTIVITY_HEARTBEAT
}
