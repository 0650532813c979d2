package io.agentorchestrator.store.rerun;

import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.plan.PlanCodec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads and changes rows for a further run of a DAG, within a transaction that holds the run's row. Thread-safe. */
final class RerunRows {
    private final JdbcClient client;

    RerunRows(JdbcClient client) {
        this.client = client;
    }

    DagNodes load(UUID dagId) {
        List<DagNodes.Node> nodes = client.sql("""
                        select s.task_id, coalesce(t.key, '#' || s.task_index) as key, s.status, s.error_code
                        from task_state s join task t on t.task_id = s.task_id
                        where s.run_id = ? order by s.task_index
                        """)
                .param(dagId)
                .query(Records.of(DagNodes.Node.class))
                .list();
        return client.sql("select on_failure, plan from dag where dag_id = ?")
                .param(dagId)
                .query((row, number) -> new DagNodes(
                        OnFailure.valueOf(row.getString(1)),
                        PlanCodec.decode(row.getBytes(2)).parents(),
                        nodes))
                .single();
    }

    String principal(UUID task) {
        return client.sql("select principal from task where task_id = ?")
                .param(task)
                .query(String.class)
                .single();
    }

    /**
     * Opens the edges to these tasks whose parents have not completed, and closes the others. Where the parents are is read once, so
     * that the edges and what is counted agree.
     */
    OpenEdges reopenEdges(UUID[] tasks) {
        OpenEdges open = new OpenEdges(new HashMap<>(), new HashSet<>());
        client.sql("""
                        with looked as (
                          update task_dependency d
                          set settled_at = case when p.status = 'COMPLETED' then coalesce(d.settled_at, now()) end
                          from task_state p
                          where d.child_id = any(?) and p.task_id = d.parent_id
                          returning d.parent_id, d.child_id, d.settled_at
                        )
                        select parent_id, child_id from looked where settled_at is null
                        """).param(tasks).query(row -> {
            open.parents().add(row.getObject(1, UUID.class));
            open.countByChild().merge(row.getObject(2, UUID.class), 1, Integer::sum);
        });
        return open;
    }

    /** Deletes the checkpoints of tasks whose input may change: to go on from them would mix the old input with the new. */
    void dropCheckpoints(UUID[] tasks) {
        client.sql("delete from task_checkpoint where task_id = any(?)")
                .param(tasks)
                .update();
    }

    /** Acknowledges the open commands to the run that has ended: they concern nobody any more. */
    void acknowledgeCommands(UUID runId) {
        client.sql("update command set acknowledged_at = now() where run_id = ? and acknowledged_at is null")
                .param(runId)
                .update();
    }

    /** The command that a further run is; there is nothing to deliver. */
    void insertCommand(UUID commandId, String tenant, String principal, RunKey next, String reason) {
        client.sql("""
                        insert into command (command_id, tenant, principal, kind, run_id, run_number, code, reason,
                          acknowledged_at)
                        values (?, ?, ?, 'RETRY', ?, ?, '', ?, now())
                        """)
                .params(commandId, tenant, principal, next.runId(), next.runNumber(), reason)
                .update();
    }

    /**
     * Edges from tasks submitted earlier that have not completed.
     *
     * @param countByChild how many each task waits for
     */
    record OpenEdges(Map<UUID, Integer> countByChild, Set<UUID> parents) {}
}
