/** Gauges about the whole cluster, published by one worker at a time. */
@NullMarked
package io.agentorchestrator.worker.metrics;

import org.jspecify.annotations.NullMarked;
