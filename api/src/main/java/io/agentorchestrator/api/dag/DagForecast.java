package io.agentorchestrator.api.dag;

import io.agentorchestrator.api.task.DeadlineRiskView;
import io.agentorchestrator.workflows.dag.CriticalPath;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The forecast of how a DAG goes on, by measured times.
 *
 * @param criticalPath as it now is: with the real times of tasks that have ended; null: as expected when the DAG was submitted
 * @param finish null where nothing can be said
 * @param noPrediction why there is no finish, of a DAG that has not ended
 * @param tasks by index; empty where nothing is told of tasks
 */
record DagForecast(
        @Nullable CriticalPath criticalPath,
        @Nullable FinishView finish,
        @Nullable String noPrediction,
        @Nullable DeadlineRiskView risk,
        List<OfTask> tasks) {

    /** Nothing is told. */
    static final DagForecast NONE = new DagForecast(null, null, null, null, List.of());

    /** Nothing is known, for this reason. */
    static DagForecast unknown(String why) {
        return new DagForecast(null, null, why, null, List.of());
    }

    /** Finds what is told of a task. */
    OfTask of(int index) {
        return tasks.isEmpty() ? OfTask.NOTHING : tasks.get(index);
    }

    /**
     * The forecast of one task.
     *
     * @param slackSeconds null once it has ended
     */
    record OfTask(@Nullable Double slackSeconds, @Nullable DeadlineRiskView risk) {
        static final OfTask NOTHING = new OfTask(null, null);
    }

    /** A predicted end with its error band. */
    record FinishView(Instant at, Instant earliest, Instant latest) {
        /** The instant so many seconds after another. */
        static Instant after(Instant now, double seconds) {
            return now.plus(Duration.ofMillis(Math.round(Math.min(seconds, MAX_SECONDS) * 1e3)));
        }

        /** Further ahead nothing is told. */
        private static final double MAX_SECONDS = 1e9;
    }
}
