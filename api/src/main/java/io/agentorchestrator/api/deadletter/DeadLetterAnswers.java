package io.agentorchestrator.api.deadletter;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.agentorchestrator.store.deadletter.BulkAnswer;
import io.agentorchestrator.store.deadletter.BulkDeleted;
import io.agentorchestrator.store.deadletter.DeadLetter;
import io.agentorchestrator.store.deadletter.DeadLetterState;
import io.agentorchestrator.store.deadletter.EntryId;
import io.agentorchestrator.store.deadletter.ReprocessAnswer;
import io.agentorchestrator.store.deadletter.StreamState;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the dead-letter routes answer. */
final class DeadLetterAnswers {
    private DeadLetterAnswers() {}

    @Schema(name = "DeadLetter", description = "A task that failed for good, by the names of its entry in the stream.")
    record DeadLetterView(
            @Schema(description = "As in the stream.", example = "1700000000000-0")
            String entryId,

            UUID taskId,
            @Nullable UUID dagId,

            @Schema(description = "The task's name in its DAG or batch.") @Nullable String key,

            String taskType,
            Priority priority,
            String errorCode,
            String errorMessage,

            @Schema(description = "How many it made.") int attempts,

            Instant failedAt,

            @Schema(
                    description =
                            "OPEN while it is in the stream; REPROCESSED once another task was made of it; RERUN once the task itself ran again; DELETED.")
            DeadLetterState state,

            @Schema(description = "When it ceased to be OPEN.") @Nullable Instant leftAt,

            @Schema(description = "The task that was made of it.") @Nullable UUID reprocessedAs,

            @JsonRawValue @Schema(type = "object", description = "As submitted; not in lists.") @Nullable String payload) {
        static DeadLetterView summary(DeadLetter entry) {
            return of(entry, null);
        }

        static DeadLetterView detail(DeadLetter entry) {
            return of(entry, entry.payload());
        }

        private static DeadLetterView of(DeadLetter entry, @Nullable String payload) {
            return new DeadLetterView(
                    entry.id().toString(),
                    entry.taskId(),
                    entry.dagId(),
                    entry.key(),
                    entry.taskType(),
                    entry.priority(),
                    entry.errorCode(),
                    entry.errorMessage(),
                    entry.attempts(),
                    entry.failedAt(),
                    entry.state(),
                    entry.leftAt(),
                    entry.reprocessedAs(),
                    payload);
        }
    }

    @Schema(name = "DeadLetterPage")
    record DeadLetterPage(
            List<DeadLetterView> deadLetters,

            @Schema(description = "Given as cursor, it gets the next page; absent on the last.") @Nullable String nextCursor) {}

    @Schema(name = "ReprocessedTask")
    record ReprocessedView(
            String entryId,

            @Schema(description = "The new task; the same whenever the entry is reprocessed again.")
            UUID taskId,

            @Schema(description = "The DAG that runs again with the new task; absent where the task stands alone.")
            @Nullable UUID dagId,

            @Schema(description = "Of that DAG's run.") @Nullable Integer runNumber) {
        static ReprocessedView of(EntryId entry, ReprocessAnswer.Created created) {
            RunKey run = created.dagRun();
            return new ReprocessedView(
                    entry.toString(),
                    created.taskId(),
                    run == null ? null : run.runId(),
                    run == null ? null : run.runNumber());
        }
    }

    @Schema(name = "BulkReprocessed")
    record BulkView(
            @Schema(description = "How many new tasks there are.")
            int count,

            @Schema(description = "The oldest entry first.") List<BulkTask> tasks,

            @Schema(description = "Entries that matched and stay as they are.")
            List<BulkSkipped> skipped) {
        static BulkView of(BulkAnswer answer) {
            return new BulkView(
                    answer.tasks().size(),
                    answer.tasks().stream()
                            .map(task -> new BulkTask(task.entry().toString(), task.taskId()))
                            .toList(),
                    answer.skipped().stream()
                            .map(entry -> new BulkSkipped(entry.entry().toString(), entry.code(), entry.message()))
                            .toList());
        }
    }

    @Schema(name = "BulkDeleted")
    record BulkDeletedView(
            @Schema(description = "How many were deleted.") int count,

            @Schema(description = "Whether others that match are left: ask again.")
            boolean more) {
        static BulkDeletedView of(BulkDeleted deleted) {
            return new BulkDeletedView(deleted.count(), deleted.more());
        }
    }

    @Schema(name = "BulkReprocessedTask")
    record BulkTask(String entryId, UUID taskId) {}

    @Schema(name = "BulkSkippedEntry")
    record BulkSkipped(
            String entryId,

            @Schema(description = "Why, for programs.", example = "NEEDS_ITS_DAG")
            String code,

            @Schema(description = "Why, and the way out.") String message) {}

    @Schema(name = "DeadLetterStream", description = "How far the stream in Redis is, over all tenants.")
    record StreamView(
            @Schema(description = "The stream's key.", example = "task_dead_letter_queue")
            String stream,

            @Schema(description = "Entries that belong into it.")
            long open,

            @Schema(description = "Those of them that are not in it yet.")
            long undelivered,

            @Schema(description = "The last that was given.", example = "1700000000000-0") @Nullable String lastEntryId,

            @Schema(description = "Present while a rebuild is due.") @Nullable Instant rebuildRequestedAt,

            @Schema(description = "When the stream was last written anew.") @Nullable Instant rebuiltAt) {
        private static final String KEY = "task_dead_letter_queue";

        static StreamView of(StreamState state) {
            EntryId last = state.last();
            return new StreamView(
                    KEY,
                    state.open(),
                    state.undelivered(),
                    last == null ? null : last.toString(),
                    state.rebuildRequestedAt(),
                    state.rebuiltAt());
        }
    }
}
