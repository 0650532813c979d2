/** Microbenchmarks of the planner, the codecs and release's credit. */
@NullMarked
package io.agentorchestrator.benchmarks.core;

import org.jspecify.annotations.NullMarked;
