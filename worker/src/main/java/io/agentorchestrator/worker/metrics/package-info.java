/** Gauges about the whole cluster, and what the store needs done by the clock. */
@NullMarked
package io.agentorchestrator.worker.metrics;

import org.jspecify.annotations.NullMarked;
