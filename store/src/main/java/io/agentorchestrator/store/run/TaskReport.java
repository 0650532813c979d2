package io.agentorchestrator.store.run;

import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The agent's report on a dispatch so far.
 *
 * @param fraction 0 to 1; null: it has told no progress
 * @param message at most 1 KiB without NUL; null: it has told none
 */
public record TaskReport(
        String tenant,
        UUID taskId,
        int epoch,
        int attempt,
        String agentId,
        @Nullable Double fraction,
        @Nullable String message,
        Usage usage) {}
