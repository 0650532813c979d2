/** The best that plain Temporal does with our agents: a workflow and an activity for each task, or a Standalone Activity, written by hand. */
@NullMarked
package io.agentorchestrator.benchmarks.baseline;

import org.jspecify.annotations.NullMarked;
