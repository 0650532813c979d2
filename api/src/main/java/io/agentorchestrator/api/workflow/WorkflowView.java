package io.agentorchestrator.api.workflow;

/** The Temporal workflow of a run. */
public record WorkflowView(String namespace, String workflowId, String url) {}
