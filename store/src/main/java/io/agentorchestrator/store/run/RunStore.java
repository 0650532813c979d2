package io.agentorchestrator.store.run;

import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.state.RunLocks;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunStatus;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads and writes for activities what concerns a run as a whole. Thread-safe. */
public final class RunStore {
    private final JdbcClient client;

    public RunStore(DataSource dataSource) {
        this.client = JdbcClient.create(dataSource);
    }

    /**
     * Reads the facts of a run.
     *
     * @throws UnknownRunException if there is no such run
     */
    public RunFacts facts(RunKey run) {
        return client.sql("""
                select r.kind, coalesce(d.on_failure, 'CANCEL_DEPENDENTS') as on_failure, coalesce(d.inputs, '{}') as inputs
                from run r left join dag d on d.dag_id = r.run_id
                where r.run_id = ? and r.run_number = ?
                """)
                .params(run.runId(), run.runNumber())
                .query(Records.of(RunFacts.class))
                .optional()
                .orElseThrow(() -> new UnknownRunException(run));
    }

    /**
     * The results of a DAG's present tasks by key; a task that has none (it failed, and its dependents go on) has null, whatever
     * it had before it was run again.
     */
    public List<KeyedResult> results(UUID dagId, Collection<String> keys) {
        return client.sql("""
                select t.key, a.result
                from task t
                join task_state s on s.task_id = t.task_id
                left join task_attempt a
                  on a.task_id = s.task_id and a.attempt = s.attempt and a.outcome = 'COMPLETED' and s.status = 'COMPLETED'
                where t.dag_id = ? and t.key = any(?) and s.run_id = t.dag_id
                """)
                .params(dagId, keys.toArray(String[]::new))
                .query(Records.of(KeyedResult.class))
                .list();
    }

    /** Names these tasks of the run for people, by index: their quoted keys; the ids of those without one. */
    public Map<Integer, String> names(RunKey run, Collection<Integer> indexes) {
        return Records.byKey(
                client.sql("""
                select s.task_index, coalesce('''' || t.key || '''', t.task_id::text)
                from task_state s join task t on t.task_id = s.task_id
                where s.run_id = ? and s.task_index = any(?)
                """).params(run.runId(), indexes.toArray(Integer[]::new)),
                Integer.class,
                (row, number) -> row.getString(2));
    }

    /** The agents that these tasks are at, or on their way to. */
    public List<AtAgent> atAgents(RunKey run, Collection<Integer> indexes) {
        return client.sql("""
                select task_id, epoch, agent_id from task_state
                where run_id = ? and run_number = ? and task_index = any(?) and status::text in ('DISPATCHED', 'RUNNING') and agent_id is not null
                """)
                .params(run.runId(), run.runNumber(), indexes.toArray(Integer[]::new))
                .query(Records.of(AtAgent.class))
                .list();
    }

    /** Records how a run ended by the planner's judgement; mostly the recording of its last task has done so already. */
    public void finish(RunKey run, RunStatus status) {
        client.sql("with " + RunLocks.EXCLUSIVE + """
                update run r set status = ?::run_status, ended_at = coalesce(ended_at, now())
                from held h
                where r.run_id = h.run_id and r.run_number = h.run_number
                  and r.status not in ('COMPLETED', 'FAILED', 'CANCELLED')
                """)
                .params(RunLocks.columns(List.of(run)))
                .param(status.name())
                .update();
    }

    /** A task that is at an agent, or on its way there. */
    public record AtAgent(UUID taskId, int epoch, String agentId) {}
}
