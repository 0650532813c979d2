package io.agentorchestrator.api.event;

import io.agentorchestrator.store.event.EventReader.StoredEvent;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A change of status, or a warning: of a task where it has a task_id, else of a DAG. */
record EventView(
        Instant at,
        @Nullable UUID dagId,
        @Nullable UUID taskId,
        @Nullable String key,
        @Nullable String taskType,
        String status,
        @Nullable Integer attempt,
        @Nullable Integer runNumber,
        @Nullable String errorCode,
        @Nullable String warning) {
    private static final String OF_TASK = "task";
    private static final String OF_DAG = "dag";

    static EventView of(StoredEvent event) {
        return new EventView(
                event.at(),
                event.dagId(),
                event.taskId(),
                event.key(),
                event.taskType(),
                event.status(),
                event.attempt(),
                event.runNumber(),
                event.errorCode(),
                event.warning());
    }

    /** The name of such events in the stream. */
    String name() {
        return taskId == null ? OF_DAG : OF_TASK;
    }
}
