/** What a load test submits: tasks drawn from a seed, and the requests that carry them. */
@NullMarked
package io.agentorchestrator.benchmarks.loadtest.workload;

import org.jspecify.annotations.NullMarked;
