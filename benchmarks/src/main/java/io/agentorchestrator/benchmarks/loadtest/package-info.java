/** The load test: the verb, and what its scenarios share by package. It knows the product by its published interfaces only. */
@NullMarked
package io.agentorchestrator.benchmarks.loadtest;

import org.jspecify.annotations.NullMarked;
