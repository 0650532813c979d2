/** How much sooner DAGs end if the longest remaining path goes first: simulated, on the product's own order. */
@NullMarked
package io.agentorchestrator.benchmarks.order;

import org.jspecify.annotations.NullMarked;
