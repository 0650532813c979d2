package io.agentorchestrator.store.reading;

import io.agentorchestrator.store.row.Records;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what agents have reported of tasks, of many in one statement. Thread-safe. */
final class ReportReader {
    private final JdbcClient client;

    ReportReader(JdbcClient client) {
        this.client = client;
    }

    /**
     * Sums up what tasks have used over all their dispatches, the one under way included. Of each dispatch its recorded outcome counts; until
     * there is one, or where it came too late, the most that was told.
     *
     * @param tasks selects ids
     * @param parameter of that selection
     * @return by task; those that have used nothing may be missing
     */
    Map<UUID, UsageSum> usage(String tasks, Object parameter) {
        return Records.byKey(
                client.sql("""
                        select task_id, sum(cost) as cost_micro_usd, sum(input) as input_tokens, sum(output) as output_tokens
                        from (
                          select task_id, epoch,
                            coalesce(max(cost) filter (where recorded), max(cost)) as cost,
                            coalesce(max(input) filter (where recorded), max(input)) as input,
                            coalesce(max(output) filter (where recorded), max(output)) as output
                          from (
                            select task_id, epoch, true as recorded, cost_micro_usd as cost, input_tokens as input, output_tokens as output
                            from task_attempt where task_id = any(array(%1$s))
                            union all
                            select task_id, epoch, false, cost_micro_usd, input_tokens, output_tokens
                            from late_outcome where task_id = any(array(%1$s))
                            union all
                            select task_id, epoch, false, cost_micro_usd, input_tokens, output_tokens
                            from task_report where task_id = any(array(%1$s))) said
                          group by task_id, epoch) dispatch
                        group by task_id
                        """.formatted(tasks)).params(parameter, parameter, parameter),
                UUID.class,
                Records.of(UsageSum.class));
    }

    /** Reads the agents' reports on these tasks as far as they run, by task. */
    Map<UUID, Report> underWay(List<UUID> tasks) {
        if (tasks.isEmpty()) {
            return Map.of();
        }
        UUID[] ids = tasks.toArray(UUID[]::new);
        return Records.byKey(client.sql("""
                        select r.* from task_state s join task_report r on r.task_id = s.task_id and r.epoch = s.epoch
                        where s.task_id = any(?) and r.task_id = any(?) and s.status::text = 'RUNNING'
                        """).params(ids, ids), UUID.class, Records.of(Report.class));
    }

    /** The agent's report on a dispatch that is under way. */
    record Report(@Nullable ProgressFacts progress, UsageSum usage) {}
}
