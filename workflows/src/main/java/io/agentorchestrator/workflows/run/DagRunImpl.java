package io.agentorchestrator.workflows.run;

/** The workflow of one run of a DAG. */
public final class DagRunImpl extends RunWorkflow implements DagRun {}
