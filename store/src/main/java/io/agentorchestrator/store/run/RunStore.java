package io.agentorchestrator.store.run;

import io.agentorchestrator.store.state.RunLocks;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.RunStatus;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads and writes for activities what concerns a run as a whole. Thread-safe. */
public final class RunStore {
    private final JdbcTemplate jdbc;

    public RunStore(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /**
     * Reads the facts of a run.
     *
     * @throws UnknownRunException if there is no such run
     */
    public RunFacts facts(RunKey run) {
        List<RunFacts> found = jdbc.query(
                """
                select r.kind, coalesce(d.on_failure, 'CANCEL_DEPENDENTS') as on_failure, coalesce(d.inputs, '{}') as inputs
                from run r left join dag d on d.dag_id = r.run_id
                where r.run_id = ? and r.run_number = ?
                """,
                (row, number) -> new RunFacts(
                        RunKind.valueOf(row.getString("kind")),
                        OnFailure.valueOf(row.getString("on_failure")),
                        row.getString("inputs")),
                run.runId(),
                run.runNumber());
        if (found.isEmpty()) {
            throw new UnknownRunException(run);
        }
        return found.getFirst();
    }

    /**
     * The results of a DAG's present tasks by key; a task that has none (it failed, and its dependents go on) has null, whatever
     * it had before it was run again.
     */
    public List<KeyedResult> results(UUID dagId, Collection<String> keys) {
        return jdbc.query(
                """
                select t.key, a.result
                from task t
                join task_state s on s.task_id = t.task_id
                left join task_attempt a
                  on a.task_id = s.task_id and a.attempt = s.attempt and a.outcome = 'COMPLETED' and s.status = 'COMPLETED'
                where t.dag_id = ? and t.key = any(?) and s.run_id = t.dag_id
                """,
                (row, number) -> new KeyedResult(row.getString(1), row.getString(2)),
                dagId,
                keys.toArray(String[]::new));
    }

    /** Names these tasks of the run for people, by index: their quoted keys; the ids of those without one. */
    public Map<Integer, String> names(RunKey run, Collection<Integer> indexes) {
        Map<Integer, String> names = new HashMap<>();
        jdbc.query(
                """
                select s.task_index, coalesce('''' || t.key || '''', t.task_id::text)
                from task_state s join task t on t.task_id = s.task_id
                where s.run_id = ? and s.task_index = any(?)
                """,
                row -> {
                    names.put(row.getInt(1), row.getString(2));
                },
                run.runId(),
                indexes.toArray(Integer[]::new));
        return names;
    }

    /** The agents that these tasks are at, or on their way to. */
    public List<AtAgent> atAgents(RunKey run, Collection<Integer> indexes) {
        return jdbc.query(
                """
                select task_id, epoch, agent_id from task_state
                where run_id = ? and run_number = ? and task_index = any(?) and status::text in ('DISPATCHED', 'RUNNING') and agent_id is not null
                """,
                (row, number) -> new AtAgent(row.getObject(1, UUID.class), row.getInt(2), row.getString(3)),
                run.runId(),
                run.runNumber(),
                indexes.toArray(Integer[]::new));
    }

    /** Records how a run ended by the planner's judgement; mostly the recording of its last task has done so already. */
    public void finish(RunKey run, RunStatus status) {
        UUID[] ids = {run.runId()};
        jdbc.update("with " + RunLocks.EXCLUSIVE + """
                update run r set status = ?::run_status, ended_at = coalesce(ended_at, now())
                from held h
                where r.run_id = h.run_id and r.run_number = h.run_number
                  and r.status not in ('COMPLETED', 'FAILED', 'CANCELLED')
                """, ids, ids, new Integer[] {run.runNumber()}, status.name());
    }

    /** A task that is at an agent, or on its way there. */
    public record AtAgent(UUID taskId, int epoch, String agentId) {}
}
