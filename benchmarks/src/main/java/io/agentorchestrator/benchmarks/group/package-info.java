/** Measures what a group costs Temporal, as the product's workflow and as a Standalone Activity. */
@NullMarked
package io.agentorchestrator.benchmarks.group;

import org.jspecify.annotations.NullMarked;
