package io.agentorchestrator.store.run;

import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The agent's report on a dispatch so far.
 *
 * @param fraction 0 to 1; null: it has told no progress
 * @param message at most 1 KiB without NUL; null: it has told none
 * @param held whether this worker had the dispatch, until a moment ago: it counts, also where the task has gone on since
 */
public record TaskReport(
        String tenant,
        UUID taskId,
        int epoch,
        int attempt,
        String agentId,
        @Nullable Double fraction,
        @Nullable String message,
        Usage usage,
        boolean held) {
    /** This report in the place of an earlier one of the same dispatch that is not stored yet. */
    public TaskReport after(TaskReport before) {
        return before.held && !held
                ? new TaskReport(tenant, taskId, epoch, attempt, agentId, fraction, message, usage, true)
                : this;
    }
}
