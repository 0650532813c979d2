/**
 * The baseline to compare with: plain Temporal with our agents, a workflow and an activity or a Standalone
 * Activity for each task, written by hand.
 */
@NullMarked
package io.agentorchestrator.benchmarks.baseline;

import org.jspecify.annotations.NullMarked;
