/** The results of a run: report, figures, charts, and a verdict per goal. */
@NullMarked
package io.agentorchestrator.benchmarks.loadtest.report;

import org.jspecify.annotations.NullMarked;
