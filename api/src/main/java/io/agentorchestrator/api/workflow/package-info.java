/** The address of a run's workflow in Temporal's Web UI. */
@NullMarked
package io.agentorchestrator.api.workflow;

import org.jspecify.annotations.NullMarked;
