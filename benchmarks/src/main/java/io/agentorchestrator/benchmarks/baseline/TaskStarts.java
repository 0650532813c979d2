package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.benchmarks.baseline.TaskMix.MixedTask;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Begins tasks in one of Temporal's forms, and notices their ends. Thread-safe. */
interface TaskStarts extends InFlightLoop.Submit {
    /** Begins levels of tasks, each once all of the one above have completed; what it returns says, in the end, whether all did. */
    CompletableFuture<Boolean> submitLevels(List<Integer> levels, MixedTask each);

    /** Executions of this form that Temporal lists as completed on the task queue. */
    long listedAsCompleted();
}
