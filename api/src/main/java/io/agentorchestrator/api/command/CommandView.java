package io.agentorchestrator.api.command;

import io.agentorchestrator.store.command.CommandStore.StoredCommand;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A command, as given and as it stands. */
@Schema(name = "Command")
record CommandView(
        UUID commandId,

        @Schema(allowableValues = {"CANCEL", "PAUSE", "RESUME", "RETRY"})
        String kind,

        @Schema(description = "The task that it is about.") @Nullable UUID taskId,

        @Schema(description = "The DAG that it is about, where that is not one of its tasks.") @Nullable UUID dagId,

        String reason,

        @Schema(description = "Whether the run has it; what follows from it shows in the statuses.")
        boolean delivered,

        Instant createdAt,
        @Nullable Instant deliveredAt) {

    static CommandView of(StoredCommand command) {
        Instant deliveredAt = command.acknowledgedAt();
        return new CommandView(
                command.commandId(),
                command.kind(),
                command.taskId(),
                command.taskId() == null ? command.runId() : null,
                command.reason(),
                deliveredAt != null,
                command.createdAt(),
                deliveredAt);
    }
}
