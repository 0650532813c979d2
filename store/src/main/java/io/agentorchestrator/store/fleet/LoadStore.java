package io.agentorchestrator.store.fleet;

import io.agentorchestrator.store.agent.AgentRegistry;
import io.agentorchestrator.store.state.PausedRuns;
import io.agentorchestrator.workflows.model.Priority;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Figures about the whole cluster, for metrics. Thread-safe. */
public final class LoadStore {
    private final JdbcTemplate jdbc;

    public LoadStore(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /** Tasks that wait for capacity. Those of paused DAGs do not: no agent could take them. */
    public List<QueueDepth> depths() {
        return jdbc.query(
                """
                select task_type, priority, count(*) from task_state
                where status = 'QUEUED' and (run_id is null or run_id not in (%s))
                group by task_type, priority
                union all
                select task_type, priority, count(*) from task_state
                where status in ('RELEASED', 'DISPATCHED') group by task_type, priority
                """.formatted(PausedRuns.IDS),
                (row, number) -> new QueueDepth(row.getString(1), Priority.valueOf(row.getString(2)), row.getLong(3)));
    }

    public List<PoolLoad> pools() {
        return jdbc.query(
                """
                with busy as (
                  select agent_id, count(*) as running from task_state where status = 'RUNNING' group by agent_id
                )
                select a.pool, count(*) as agents, sum(a.max_concurrent_tasks) as slots,
                       coalesce(sum(b.running), 0) as running, avg(a.cost_factor) as cost
                from agent a left join busy b on b.agent_id = a.agent_id
                where a.last_heartbeat_at > now() - ? * interval '1 millisecond' and a.state <> 'LOST'
                group by a.pool
                """,
                (row, number) -> new PoolLoad(
                        row.getString("pool"),
                        row.getInt("agents"),
                        row.getInt("slots"),
                        row.getLong("running"),
                        row.getDouble("cost")),
                AgentRegistry.LOST_AFTER.toMillis());
    }
}
