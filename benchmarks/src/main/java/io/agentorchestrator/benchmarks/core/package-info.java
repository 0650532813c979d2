/** Microbenchmarks of the pure code that every run goes through. */
@NullMarked
package io.agentorchestrator.benchmarks.core;

import org.jspecify.annotations.NullMarked;
