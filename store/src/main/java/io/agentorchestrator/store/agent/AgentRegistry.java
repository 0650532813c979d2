package io.agentorchestrator.store.agent;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The registry of agents; changes of what may be dispatched are announced. Thread-safe. */
public final class AgentRegistry {
    /** An agent that has not been heard of for so long is LOST. */
    public static final Duration LOST_AFTER = Duration.ofSeconds(20);

    /** An agent that has not been heard of for so long is gone: nobody counts on it or waits for it. */
    public static final Duration GONE_AFTER = Duration.ofMinutes(15);

    /** Agents listed at most. */
    public static final int MAX_LISTED = 10_000;

    /** The agents that may work for a tenant, as a condition on {@code agent}; the tenant is its two parameters. */
    static final String MAY_WORK_FOR = "(tenant = ? or serves_tenants is null or ? = any(serves_tenants))";

    /** Attempts looked at for average task times. */
    private static final int MAX_RECENT_ATTEMPTS = 2_000;

    private final JdbcClient client;
    private final RetryingTransaction transaction;

    public AgentRegistry(DataSource database) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
    }

    /**
     * Registers the agent, or anew if it has proven to be the one that is registered. An agent whose id an operator has drained is DRAINING.
     *
     * @param provenSalt of the credential that it has proven to hold, if it has
     * @return its state; empty if the id belongs to another
     */
    public Optional<AgentState> register(NewAgent agent, byte @Nullable [] provenSalt) {
        return transaction.execute(status -> {
            Optional<AgentState> state = client.sql("""
                        insert into agent (agent_id, tenant, principal, region, version, labels, agent_types, serves_tenants, pool,
                          address, max_concurrent_tasks, cost_factor, credential_salt, state, registered_at, last_heartbeat_at)
                        values (?, ?, ?, ?, ?, ?::jsonb, ?::text[], ?::text[], ?, ?, ?, ?, ?, 'READY', now(), now())
                        on conflict (agent_id) do update set
                          region = excluded.region, version = excluded.version, labels = excluded.labels,
                          agent_types = excluded.agent_types, serves_tenants = excluded.serves_tenants,
                          pool = excluded.pool, address = excluded.address,
                          max_concurrent_tasks = excluded.max_concurrent_tasks, cost_factor = excluded.cost_factor,
                          credential_salt = excluded.credential_salt, state = 'READY', stopping = false, active_tasks = 0,
                          registered_at = now(), last_heartbeat_at = now()
                        where agent.credential_salt = ?
                        returning state
                        """)
                    .params(Arrays.asList(
                            agent.agentId(),
                            agent.tenant(),
                            agent.principal(),
                            agent.region(),
                            agent.version(),
                            agent.labels(),
                            agent.agentTypes().toArray(String[]::new),
                            agent.servesTenants() == null
                                    ? null
                                    : agent.servesTenants().toArray(String[]::new),
                            agent.pool(),
                            agent.address(),
                            agent.maxConcurrentTasks(),
                            agent.costFactor(),
                            agent.credentialSalt(),
                            provenSalt == null ? new byte[0] : provenSalt))
                    .query(String.class)
                    .optional()
                    .map(AgentState::valueOf);
            state.ifPresent(registered -> announce());
            return state;
        });
    }

    /** The salt of the agent's credential, if the agent is registered. */
    public Optional<byte[]> credentialSalt(String agentId) {
        return client.sql("select credential_salt from agent where agent_id = ?")
                .param(agentId)
                .query(byte[].class)
                .optional();
    }

    /** Notes that the agent is alive. Returns its state, or nothing if it is not registered. One that is drained stays DRAINING. */
    public Optional<AgentState> heartbeat(String agentId, Heartbeat heartbeat) {
        String said = heartbeat.state() == null ? null : heartbeat.state().name();
        return transaction.execute(status -> {
            Optional<Change> change = client.sql("""
                            with before as (select * from agent where agent_id = ? for update)
                            update agent a set
                              active_tasks = coalesce(?::integer, before.active_tasks),
                              max_concurrent_tasks = coalesce(?::integer, before.max_concurrent_tasks),
                              state = coalesce(?::text, case before.state when 'LOST' then 'READY' else before.state end),
                              stopping = coalesce(?::text = 'DRAINING', before.stopping),
                              last_heartbeat_at = now()
                            from before where a.agent_id = before.agent_id
                            returning a.state, a.state <> before.state
                              or a.max_concurrent_tasks <> before.max_concurrent_tasks
                              or before.last_heartbeat_at < now() - make_interval(secs => ?) as changed
                            """)
                    .params(Arrays.asList(
                            agentId,
                            heartbeat.activeTasks(),
                            heartbeat.maxConcurrentTasks(),
                            said,
                            said,
                            LOST_AFTER.toSeconds()))
                    .query(Records.of(Change.class))
                    .optional();
            if (change.isPresent() && change.get().changed()) {
                announce();
            }
            return change.map(Change::state);
        });
    }

    private record Change(AgentState state, boolean changed) {}

    /** Removes the agent. Returns whether it was there. A drain of its id stays: the agent may come back. */
    public boolean remove(String agentId) {
        return announcing(() -> client.sql("delete from agent where agent_id = ?")
                        .param(agentId)
                        .update())
                > 0;
    }

    /** Removes the agent if it is LOST and may work for this tenant, and a drain with it. */
    public Removal removeLost(String tenant, String agentId) {
        return transaction.execute(status -> {
            Optional<Boolean> lost = client.sql("""
                            select last_heartbeat_at < now() - make_interval(secs => ?) from agent
                            where agent_id = ? and %s
                            for update
                            """.formatted(MAY_WORK_FOR))
                    .params(LOST_AFTER.toSeconds(), agentId, tenant, tenant)
                    .query(Boolean.class)
                    .optional();
            if (!lost.orElse(false)) {
                return lost.isPresent() ? Removal.ALIVE : Removal.UNKNOWN;
            }
            client.sql("delete from agent where agent_id = ?").param(agentId).update();
            client.sql("delete from agent_drain where agent_id = ?")
                    .param(agentId)
                    .update();
            announce();
            return Removal.REMOVED;
        });
    }

    /** The outcomes of removing a lost agent. */
    public enum Removal {
        REMOVED,
        /** It is not lost. */
        ALIVE,
        /** No such agent works for the tenant. */
        UNKNOWN
    }

    /** The agents that may work for this tenant: its own and those that serve all, live ones first, then the newest. */
    public List<RegisteredAgent> list(String tenant) {
        return client.sql("""
                        with recent as (
                          select agent_id, avg(extract(epoch from ended_at - started_at))::float8 as average_task_seconds
                          from (
                            select agent_id, started_at, ended_at from task_attempt
                            where task_id >= uuid7_floor(now() - interval '1 hour') and outcome = 'COMPLETED'
                            order by task_id desc limit ?
                          ) attempts
                          group by agent_id
                        )
                        select a.agent_id, a.agent_types, a.serves_tenants, a.address, a.max_concurrent_tasks,
                          trim_scale(a.cost_factor) as cost_factor, a.version, a.region, a.labels, a.active_tasks, a.registered_at,
                          a.last_heartbeat_at, recent.average_task_seconds, a.breaker_phase as phase,
                          a.breaker_failures as failures, a.breaker_opened_at as opened_at,
                          case when a.last_heartbeat_at < now() - make_interval(secs => ?) then 'LOST'
                            else a.state end as state, d.requested_at, d.requested_by
                        from agent a left join recent on recent.agent_id = a.agent_id
                          left join agent_drain d on d.agent_id = a.agent_id
                        where %s
                        order by a.last_heartbeat_at < now() - make_interval(secs => ?), a.registered_at desc, a.agent_id
                        limit ?
                        """.formatted(MAY_WORK_FOR))
                .params(MAX_RECENT_ATTEMPTS, LOST_AFTER.toSeconds(), tenant, tenant, LOST_AFTER.toSeconds(), MAX_LISTED)
                .query(Records.of(RegisteredAgent.class))
                .list();
    }

    /**
     * Forgets agents that have not been heard of for so long.
     *
     * @return how many it forgot
     */
    public int forget(Duration silence, int limit) {
        return announcing(
                () -> client.sql("""
                        delete from agent where agent_id in (
                          select agent_id from agent where last_heartbeat_at < now() - ? * interval '1 millisecond'
                          order by last_heartbeat_at limit ? for update skip locked)
                        """).params(silence.toMillis(), limit).update());
    }

    /** Announces a change that wrote any rows; how many it wrote. */
    private int announcing(IntSupplier write) {
        return transaction.execute(status -> {
            int rows = write.getAsInt();
            if (rows > 0) {
                announce();
            }
            return rows;
        });
    }

    private void announce() {
        Channels.notify(client, Channels.AGENTS);
    }
}
