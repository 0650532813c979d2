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
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The answers of the dead-letter routes. */
final class DeadLetterAnswers {
    private DeadLetterAnswers() {}

    record DeadLetterView(
            String entryId,
            UUID taskId,
            @Nullable UUID dagId,
            @Nullable String key,
            String taskType,
            Priority priority,
            String errorCode,
            String errorMessage,
            int attempts,
            Instant failedAt,
            DeadLetterState state,
            @Nullable Instant leftAt,
            @Nullable UUID reprocessedAs,
            @JsonRawValue @Nullable String payload) {
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

    record DeadLetterPage(
            List<DeadLetterView> deadLetters, @Nullable String nextCursor) {}

    record ReprocessedView(
            String entryId,
            UUID taskId,
            @Nullable UUID dagId,
            @Nullable Integer runNumber) {
        static ReprocessedView of(EntryId entry, ReprocessAnswer.Created created) {
            RunKey run = created.dagRun();
            return new ReprocessedView(
                    entry.toString(),
                    created.taskId(),
                    run == null ? null : run.runId(),
                    run == null ? null : run.runNumber());
        }
    }

    record BulkView(int count, List<BulkTask> tasks, List<BulkSkipped> skipped) {
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

    record BulkDeletedView(int count, boolean more) {
        static BulkDeletedView of(BulkDeleted deleted) {
            return new BulkDeletedView(deleted.count(), deleted.more());
        }
    }

    record BulkTask(String entryId, UUID taskId) {}

    record BulkSkipped(String entryId, String code, String message) {}

    record StreamView(
            String stream,
            long open,
            long undelivered,
            @Nullable String lastEntryId,
            @Nullable Instant rebuildRequestedAt,
            @Nullable Instant rebuiltAt) {
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
