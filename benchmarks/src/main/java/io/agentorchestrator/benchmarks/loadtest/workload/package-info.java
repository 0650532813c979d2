/** The workload of a load test: tasks drawn from a seed, and the requests that carry them. */
@NullMarked
package io.agentorchestrator.benchmarks.loadtest.workload;

import org.jspecify.annotations.NullMarked;
