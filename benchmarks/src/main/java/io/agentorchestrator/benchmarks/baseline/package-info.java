/** The best that plain Temporal does with our agents: a workflow and an activity for each task, written by hand. */
@NullMarked
package io.agentorchestrator.benchmarks.baseline;

import org.jspecify.annotations.NullMarked;
