package io.agentorchestrator.store.state;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.release.Rank;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * On what terms tasks of a run and type that become ready leave the backlog unasked. Where there are none for a type, they do not.
 *
 * @param headroom whether they leave in any case
 * @param bestQueued otherwise they leave if they come before this one, or if there is none
 */
public record Terms(
        RunKey run,
        String taskType,
        boolean headroom,
        @Nullable Rank bestQueued) {

    /** {@code terms(run_id, task_type, headroom, best_rank, best_task)}; five parameters. */
    static final String TABLE =
            "unnest(?::uuid[], ?::text[], ?::boolean[], ?::bigint[], ?::uuid[]) as t(run_id, task_type, headroom, best_rank, best_task)";

    /** The condition that task {@code q} leaves by row {@code t} of {@link #TABLE}, which may be absent. */
    static final String LEAVES = """
            (t.task_type is not null
              and (t.headroom or t.best_task is null or (queue_rank(q.priority, now(), q.task_id), q.task_id) < (t.best_rank, t.best_task)))
            """;

    static Object[] columns(List<Terms> terms) {
        return new Object[] {
            terms.stream().map(row -> row.run().runId()).toArray(UUID[]::new),
            terms.stream().map(Terms::taskType).toArray(String[]::new),
            terms.stream().map(Terms::headroom).toArray(Boolean[]::new),
            terms.stream().map(Terms::bestMillis).toArray(Long[]::new),
            terms.stream().map(Terms::bestTask).toArray(UUID[]::new)
        };
    }

    private @Nullable Long bestMillis() {
        return bestQueued == null ? null : bestQueued.millis();
    }

    private @Nullable UUID bestTask() {
        return bestQueued == null ? null : bestQueued.taskId();
    }
}
