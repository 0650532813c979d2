/** The scenarios, each from its settings to its report. */
@NullMarked
package io.agentorchestrator.benchmarks.loadtest.scenario;

import org.jspecify.annotations.NullMarked;
