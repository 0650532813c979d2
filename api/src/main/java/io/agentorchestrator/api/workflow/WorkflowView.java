package io.agentorchestrator.api.workflow;

import io.swagger.v3.oas.annotations.media.Schema;

/** The Temporal workflow of a run. */
@Schema(name = "Workflow", description = "The Temporal workflow that executes it.")
public record WorkflowView(
        String namespace,
        String workflowId,

        @Schema(
                description =
                        "The page of the workflow in Temporal's Web UI; while it has not started, the list that will show it.")
        String url) {}
