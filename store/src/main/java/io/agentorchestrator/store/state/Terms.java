package io.agentorchestrator.store.state;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.release.Rank;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * On what terms tasks of a run and type that become ready leave the backlog unasked. Where there are none for a type, they do not.
 *
 * @param headroom whether they leave in any case
 * @param bestQueued otherwise they leave if they come before this one, or if there is none
 * @param over tenants whose tasks do not leave before others': they have used more than their share
 */
public record Terms(
        RunKey run,
        String taskType,
        boolean headroom,
        @Nullable Rank bestQueued,
        Set<String> over) {

    /** {@code terms(run_id, task_type, headroom, best_rank, best_task, over)}; six parameters. */
    static final String TABLE = "unnest(?::uuid[], ?::text[], ?::boolean[], ?::bigint[], ?::uuid[], ?::text[])"
            + " as t(run_id, task_type, headroom, best_rank, best_task, over)";

    /** The condition that task {@code q} leaves by row {@code t} of {@link #TABLE}, which may be absent. */
    static final String LEAVES = """
            (t.task_type is not null
              and (t.headroom or t.best_task is null
                   or (q.tenant <> all(string_to_array(t.over, ','))
                       and (queue_rank(q.priority, now(), q.task_id, (select ageing_millis())), q.task_id) < (t.best_rank, t.best_task))))
            """;

    static Columns<Terms> columns(List<Terms> terms) {
        return Columns.of(terms)
                .uuids(row -> row.run().runId())
                .texts(Terms::taskType)
                .flags(Terms::headroom)
                .longs(row -> row.bestQueued() == null ? null : row.bestQueued().millis())
                .uuids(row -> row.bestQueued() == null ? null : row.bestQueued().taskId())
                .texts(row -> String.join(",", row.over()));
    }
}
