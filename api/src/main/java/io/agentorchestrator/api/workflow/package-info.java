/** Where a run's Temporal workflow can be looked at. */
@NullMarked
package io.agentorchestrator.api.workflow;

import org.jspecify.annotations.NullMarked;
