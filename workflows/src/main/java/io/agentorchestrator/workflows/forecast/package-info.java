/** How long tasks and DAGs will take, by measured times: durations, slack, the order of a schedule, predicted finishes. */
@NullMarked
package io.agentorchestrator.workflows.forecast;

import org.jspecify.annotations.NullMarked;
