package io.agentorchestrator.api.command;

import io.agentorchestrator.store.command.CommandStore.StoredCommand;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A command, as given and as it stands. */
record CommandView(
        UUID commandId,
        String kind,
        @Nullable UUID taskId,
        @Nullable UUID dagId,
        String reason,
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
