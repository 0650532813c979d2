/** Simulations of which agent a task goes to, by the product's own dispatch in virtual time: money against latency. */
@NullMarked
package io.agentorchestrator.benchmarks.placement;

import org.jspecify.annotations.NullMarked;
