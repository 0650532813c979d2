/** The compact plan of a run, as it enters a workflow's history. */
@NullMarked
package io.agentorchestrator.workflows.plan;

import org.jspecify.annotations.NullMarked;
