/** Simulations of the order of tasks within a DAG, by the product's own rule. */
@NullMarked
package io.agentorchestrator.benchmarks.order;

import org.jspecify.annotations.NullMarked;
