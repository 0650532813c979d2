/** The agents of a load test, and what kills processes in its chaos. */
@NullMarked
package io.agentorchestrator.benchmarks.loadtest.fleet;

import org.jspecify.annotations.NullMarked;
