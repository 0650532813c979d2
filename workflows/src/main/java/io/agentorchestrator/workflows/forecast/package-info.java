/** Forecasts of tasks and DAGs by measured times: durations, slack, the order of a schedule, predicted finishes. */
@NullMarked
package io.agentorchestrator.workflows.forecast;

import org.jspecify.annotations.NullMarked;
