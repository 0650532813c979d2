package io.agentorchestrator.workflows.run;

/** The workflow of a group: standalone tasks that were released together. */
public final class GroupRunImpl extends RunWorkflow implements GroupRun {}
