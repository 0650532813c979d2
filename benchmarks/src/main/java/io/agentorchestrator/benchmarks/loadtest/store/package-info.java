/** Counting in the store, not in answers: what became of everything that was acknowledged. */
@NullMarked
package io.agentorchestrator.benchmarks.loadtest.store;

import org.jspecify.annotations.NullMarked;
