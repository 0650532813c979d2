/** Simulations of autoscaling by the product's own decisions in virtual time: tasks that wait too long against hours of replicas. */
@NullMarked
package io.agentorchestrator.benchmarks.scaling;

import org.jspecify.annotations.NullMarked;
