package io.agentorchestrator.store.agent;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The states of connections to agents as workers report them: one row for each worker and agent. Thread-safe. */
public final class AgentConnectionStore {
    /** The reports of a worker that has been silent for longer do not count. */
    private static final Duration ALIVE = Duration.ofSeconds(30);

    /** An agent that registered later may not have been tried, whatever was said of it before. */
    private static final Duration JUST_REGISTERED = Duration.ofSeconds(5);

    private final JdbcClient client;

    public AgentConnectionStore(DataSource database) {
        this.client = JdbcClient.create(database);
    }

    /** Writes the states of this worker's connections; rows that say so already are left alone. */
    public void write(String workerId, Collection<AgentConnection> connections) {
        if (connections.isEmpty()) {
            return;
        }
        List<AgentConnection> sorted = connections.stream()
                .sorted(Comparator.comparing(AgentConnection::agentId))
                .toList();
        client.sql("""
                insert into agent_connection as c (agent_id, worker_id, state, since, detail)
                select agent_id, ?, state, since::timestamptz, detail
                from unnest(?::text[], ?::text[], ?::text[], ?::text[]) as n (agent_id, state, since, detail)
                on conflict (agent_id, worker_id) do update
                  set state = excluded.state, since = excluded.since, detail = excluded.detail
                where (c.state, c.since, c.detail) is distinct from (excluded.state, excluded.since, excluded.detail)
                """)
                .param(workerId)
                .params(Columns.of(sorted)
                        .texts(AgentConnection::agentId)
                        .texts(each -> each.state().name())
                        .texts(each -> each.since().toString())
                        .texts(AgentConnection::detail))
                .update();
    }

    /** Deletes rows of workers and agents that are gone. */
    public void forgetGone() {
        client.sql("""
                delete from agent_connection c
                where not exists (select from worker w where w.worker_id = c.worker_id)
                   or not exists (select from agent a where a.agent_id = c.agent_id)
                """).update();
    }

    /**
     * Reads the state of connections to agents from the workers that are alive, by agent id. Where workers differ, the latest trouble counts.
     */
    public Map<String, AgentConnection> byAgent() {
        return read(false);
    }

    /** Reads the agents, by id, that none of the live workers that have reported reaches; none that registered a moment ago. */
    public Map<String, AgentConnection> unreached() {
        return read(true);
    }

    private Map<String, AgentConnection> read(boolean unreachedOnly) {
        return Records.byKey(
                client.sql("""
                select agent_id, state, since,
                  case when troubled in (0, workers) then detail
                       else format('%s of %s workers: %s', troubled, workers, detail) end as detail
                from (
                  select distinct on (c.agent_id) c.agent_id, c.state, c.since, c.detail,
                    count(*) filter (where c.state <> 'CONNECTED') over of_agent as troubled, count(*) over of_agent as workers
                  from agent_connection c join worker w on w.worker_id = c.worker_id
                  where w.seen_at > now() - ? * interval '1 millisecond'
                    and (? or exists (select from agent a where a.agent_id = c.agent_id
                                        and a.registered_at < now() - ? * interval '1 millisecond'))
                  window of_agent as (partition by c.agent_id)
                  order by c.agent_id, c.state = 'CONNECTED', c.since desc) latest
                where ? or troubled = workers
                """).params(ALIVE.toMillis(), !unreachedOnly, JUST_REGISTERED.toMillis(), !unreachedOnly),
                String.class,
                Records.of(AgentConnection.class));
    }
}
