/** Autoscaling decisions: the demand of pools, its forecast, the replicas that it wants, and the cap of their cost. */
@NullMarked
package io.agentorchestrator.workflows.scaling;

import org.jspecify.annotations.NullMarked;
