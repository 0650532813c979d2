/** The outcomes of the tasks that were submitted, read from the API. */
@NullMarked
package io.agentorchestrator.benchmarks.loadtest.outcome;

import org.jspecify.annotations.NullMarked;
