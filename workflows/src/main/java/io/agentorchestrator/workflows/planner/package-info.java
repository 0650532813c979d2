/** The pure planner: folds events into its state and returns decisions. */
@NullMarked
package io.agentorchestrator.workflows.planner;

import org.jspecify.annotations.NullMarked;
