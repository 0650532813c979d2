package io.agentorchestrator.store.fleet;

import io.agentorchestrator.store.agent.AgentRegistry;
import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.row.Records;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The registered agents, and when they were last heard of. Thread-safe. */
public final class FleetStore {
    /** An agent that was heard of less long ago need not be noted again. */
    private static final Duration NOTED_EVERY = Duration.ofSeconds(5);

    private final JdbcClient client;

    public FleetStore(DataSource dataSource) {
        this.client = JdbcClient.create(dataSource);
    }

    /** Agents that are not lost, also those whose heartbeats have stopped of late; these are not ready. */
    public List<FleetAgent> registered() {
        return client.sql("""
                select agent_id, agent_types, serves_tenants, region, version, labels, pool, address, max_concurrent_tasks,
                       cost_factor as cost_per_hour_usd, credential_salt,
                       registered_at,
                       state = 'READY' and last_heartbeat_at > now() - ? * interval '1 millisecond' as ready, breaker_phase as breaker,
                       greatest((extract(epoch from now() - last_heartbeat_at) * 1000)::bigint, 0) as silent_for_millis
                from agent
                where last_heartbeat_at > now() - ? * interval '1 millisecond' and state <> 'LOST'
                order by agent_id
                """)
                .params(AgentRegistry.LOST_AFTER.toMillis(), AgentRegistry.GONE_AFTER.toMillis())
                .query(Records.of(FleetAgent.class))
                .list();
    }

    /**
     * Notes that these agents have been heard of on their streams, which counts as a heartbeat. One that was silent for so long that it was
     * not ready is announced.
     */
    public void heard(Collection<String> agentIds) {
        if (agentIds.isEmpty()) {
            return;
        }
        client.sql("""
                with heard as (
                  update agent a set last_heartbeat_at = now()
                  where a.agent_id in (
                    select agent_id from agent
                    where agent_id = any(?) and state <> 'LOST' and last_heartbeat_at < now() - ? * interval '1 millisecond'
                    order by agent_id for update skip locked)
                  returning old.last_heartbeat_at < now() - ? * interval '1 millisecond' as silent
                )
                select pg_notify(?, '') where exists (select from heard where silent)
                """)
                .params(
                        agentIds.stream().sorted().toArray(String[]::new),
                        NOTED_EVERY.toMillis(),
                        AgentRegistry.LOST_AFTER.toMillis(),
                        Channels.AGENTS)
                .query(row -> {});
    }
}
