package io.agentorchestrator.store.deadletter;

import io.agentorchestrator.store.page.KeysetScan;
import io.agentorchestrator.store.page.KeysetScan.StepResult;
import io.agentorchestrator.store.page.Page;
import io.agentorchestrator.store.row.Records;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads pages of dead letters, each within bounds of rows and time. Throws {@code DataAccessException}s. Thread-safe. */
final class DeadLetterPages {
    private final JdbcClient client;
    private final KeysetScan walk = new KeysetScan();

    DeadLetterPages(DataSource database) {
        this.client = JdbcClient.create(database);
    }

    Page<EntryId, DeadLetter> page(String tenant, DeadLetterQuery query) {
        return walk.page(
                (before, limit, rows) -> read(tenant, query, before, limit, rows),
                DeadLetter::id,
                query.before(),
                query.limit());
    }

    /** The tasks stand in a subquery of their own, so that a plan cannot but look them up one by one, as the walk goes. */
    private StepResult<EntryId, DeadLetter> read(
            String tenant, DeadLetterQuery query, @Nullable EntryId before, int limit, int rows) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("tenant", tenant);
        parameters.put("limit", limit);
        parameters.put("type", query.taskType());
        parameters.put("code", query.errorCode());
        DeadLetterState state = query.state();
        parameters.put("state", state == null ? null : state.name());
        if (before != null) {
            parameters.put("millis", before.millis());
            parameters.put("sequence", before.sequence());
        }
        String filter = filter(query);
        String sql = "select d.seen, (" + filter + ") is true as passes, " + DeadLetterRows.SUMMARY_COLUMNS + """
                from (select i.*, row_number() over (order by entry_millis desc, entry_sequence desc) as seen from (
                """
                + walk(state, before) + """
                ) i) d
                left join lateral (select * from task where task_id = d.task_id offset 0) t on true
                where (""" + filter + """
                ) or d.seen = :rows
                order by d.entry_millis desc, d.entry_sequence desc limit :limit
                """;
        return StepResult.of(client, sql, parameters, rows, Records.of(DeadLetter.class), Records.of(EntryId.class));
    }

    private static String filter(DeadLetterQuery query) {
        StringBuilder filter = new StringBuilder("t.task_id is not null");
        if (query.state() != null) {
            filter.append(" and d.state = :state::dead_letter_state");
        }
        if (query.taskType() != null) {
            filter.append(" and t.task_type = :type");
        }
        if (query.errorCode() != null) {
            filter.append(" and d.error_code = :code");
        }
        return filter.toString();
    }

    private static String walk(@Nullable DeadLetterState state, @Nullable EntryId before) {
        return "select * from dead_letter where tenant = :tenant and entry_millis is not null"
                // As a literal, so that the index of these serves.
                + (state == DeadLetterState.OPEN ? " and state = 'OPEN'" : "")
                + (before == null ? "" : " and (entry_millis, entry_sequence) < (:millis, :sequence)")
                + " order by entry_millis desc, entry_sequence desc limit :rows";
    }
}
