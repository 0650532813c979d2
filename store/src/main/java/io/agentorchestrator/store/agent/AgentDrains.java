package io.agentorchestrator.store.agent;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Operators' drains of agents. A drained agent is DRAINING, whatever its heartbeats and registrations say, until it is resumed: a trigger of
 * its row sees to that. Changes are announced. Throws {@code DataAccessException}s. Thread-safe.
 */
public final class AgentDrains {
    private final JdbcClient client;
    private final RetryingTransaction transaction;

    public AgentDrains(DataSource database) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
    }

    /**
     * Drains an agent; one that is drained already stays as it is.
     *
     * @return empty if no agent of that id may work for this tenant
     */
    public Optional<DrainedAgent> drain(String tenant, String agentId, String principal) {
        return change(tenant, agentId, id -> {
            client.sql("""
                            insert into agent_drain (agent_id, requested_at, requested_by) values (?, now(), ?)
                            on conflict (agent_id) do nothing
                            """).params(id, principal).update();
            client.sql("update agent set state = 'DRAINING' where agent_id = ? and state = 'READY'")
                    .param(id)
                    .update();
        });
    }

    /**
     * Ends a drain. The agent is READY again, unless it stops by itself.
     *
     * @return empty if no agent of that id may work for this tenant
     */
    public Optional<DrainedAgent> resume(String tenant, String agentId) {
        return change(tenant, agentId, id -> {
            client.sql("delete from agent_drain where agent_id = ?").param(id).update();
            client.sql("update agent set state = 'READY' where agent_id = ? and state = 'DRAINING' and not stopping")
                    .param(id)
                    .update();
        });
    }

    /** The agent's row is locked: nobody registers, beats or removes it between. */
    private Optional<DrainedAgent> change(String tenant, String agentId, Consumer<String> change) {
        return transaction.execute(status -> {
            Optional<String> there = client.sql("""
                            select agent_id from agent
                            where agent_id = ? and %s
                            for update
                            """.formatted(AgentRegistry.MAY_WORK_FOR))
                    .params(agentId, tenant, tenant)
                    .query(String.class)
                    .optional();
            there.ifPresent(id -> {
                change.accept(id);
                Channels.notify(client, Channels.AGENTS);
            });
            return there.map(this::read);
        });
    }

    private DrainedAgent read(String agentId) {
        return client.sql("""
                        select a.agent_id, d.requested_at, d.requested_by,
                          case when a.last_heartbeat_at < now() - make_interval(secs => ?) then 'LOST' else a.state end as state
                        from agent a left join agent_drain d on d.agent_id = a.agent_id
                        where a.agent_id = ?
                        """)
                .params(AgentRegistry.LOST_AFTER.toSeconds(), agentId)
                .query(Records.of(DrainedAgent.class))
                .single();
    }

    /**
     * Forgets drains of agents that left the registry so long ago and have not come back.
     *
     * @return how many it forgot
     */
    public int forget(Duration absence, int limit) {
        return client.sql("""
                        delete from agent_drain where agent_id in (
                          select d.agent_id from agent_drain d
                          where d.left_at < now() - ? * interval '1 millisecond'
                            and not exists (select from agent a where a.agent_id = d.agent_id)
                          order by d.left_at limit ? for update of d skip locked)
                        """).params(absence.toMillis(), limit).update();
    }

    /** The time at which an operator drained an agent, and who that was. */
    public record AgentDrain(Instant requestedAt, String requestedBy) {}

    /**
     * An agent after it was drained or resumed.
     *
     * @param drain absent if no operator drains it
     */
    public record DrainedAgent(
            String agentId, AgentState state, @Nullable AgentDrain drain) {}
}
