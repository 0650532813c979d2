/** What a group costs Temporal: the product's workflow of a group, beside a Standalone Activity that does the same. */
@NullMarked
package io.agentorchestrator.benchmarks.group;

import org.jspecify.annotations.NullMarked;
