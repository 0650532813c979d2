/** Measurements beside latency: processor time, agents' slots, heaps, the database. */
@NullMarked
package io.agentorchestrator.benchmarks.loadtest.measure;

import org.jspecify.annotations.NullMarked;
