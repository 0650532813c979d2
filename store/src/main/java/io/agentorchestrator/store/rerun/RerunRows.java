package io.agentorchestrator.store.rerun;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.plan.PlanCodec;
import io.agentorchestrator.workflows.run.RunInput;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a further run of a DAG changes in the rows, within a transaction that holds the run's row. Thread-safe. */
final class RerunRows {
    private final JdbcClient client;

    RerunRows(JdbcClient client) {
        this.client = client;
    }

    DagNodes load(UUID dagId) {
        List<DagNodes.Node> nodes = client.sql("""
                        select s.task_id, coalesce(t.key, '#' || s.task_index), s.status, s.error_code
                        from task_state s join task t on t.task_id = s.task_id
                        where s.run_id = ? order by s.task_index
                        """)
                .param(dagId)
                .query((row, number) -> new DagNodes.Node(
                        row.getObject(1, UUID.class),
                        row.getString(2),
                        TaskStatus.valueOf(row.getString(3)),
                        row.getString(4)))
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

    /** Takes the task whose place this one takes out of the run; its index still says which place that was. */
    void takeOut(UUID dagId, int index, UUID newTask) {
        client.sql("update task_state set run_id = null where run_id = ? and task_index = ? and task_id <> ?")
                .params(dagId, index, newTask)
                .update();
    }

    /** If the old task is an open dead letter, it has been reprocessed by this. */
    void reprocessed(UUID oldTask, UUID newTask) {
        client.sql("""
                        update dead_letter set state = 'REPROCESSED', left_at = now(), reprocessed_as = ?
                        where task_id = ? and state = 'OPEN'
                        """).params(newTask, oldTask).update();
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

    /**
     * Brings these tasks back to where they were before their first attempt, but for the attempts' numbers.
     *
     * @param waitingOn by task
     */
    void reset(RunKey next, UUID[] tasks, Integer[] waitingOn) {
        client.sql("""
                        update task_state s
                        set status = case when r.waiting_on = 0 then 'QUEUED'::task_status else 'WAITING'::task_status end,
                            run_number = ?, waiting_on = r.waiting_on, attempt_base = s.attempt, agent_id = null,
                            queued_at = case when r.waiting_on = 0 then now() end, released_at = null, notified_at = null,
                            ended_at = null, error_code = null, error_message = null, expiry_commanded_at = null,
                            deadline = case when s.deadline > now() then s.deadline end
                        from unnest(?::uuid[], ?::int[]) as r (task_id, waiting_on)
                        where s.task_id = r.task_id and s.task_id = any(?)
                        """)
                .params(List.of(next.runNumber(), tasks, waitingOn, tasks))
                .update();
    }

    /** What they were made of may change: to go on from their checkpoints would be to mix the two. */
    void dropCheckpoints(UUID[] tasks) {
        client.sql("delete from task_checkpoint where task_id = any(?)")
                .param(tasks)
                .update();
    }

    /** The counters are made of the rows: they go over all of the DAG's tasks, whichever run they ended in. */
    void insertRun(RunKey next, RunKey ended) {
        client.sql("""
                        insert into run (run_id, run_number, kind, tenant, region, status, planner_version, workflow_id,
                          task_count, open_count, failed_count, cancelled_count, created_at)
                        select r.run_id, :next, r.kind, r.tenant, r.region, 'PENDING', :planner_version, :workflow_id,
                          r.task_count, c.open, c.failed, c.cancelled, now()
                        from run r,
                          (select count(*) filter (where status not in ('COMPLETED', 'FAILED', 'CANCELLED')) as open,
                                  count(*) filter (where status = 'FAILED') as failed,
                                  count(*) filter (where status = 'CANCELLED') as cancelled
                           from task_state where run_id = :run) c
                        where r.run_id = :run and r.run_number = :ended
                        """)
                .param("next", next.runNumber())
                .param("planner_version", RunInput.CURRENT_PLANNER_VERSION)
                .param("workflow_id", next.workflowId(RunKind.DAG))
                .param("run", next.runId())
                .param("ended", ended.runNumber())
                .update();
    }

    /** What was commanded to the run that has ended concerns nobody any more. */
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

    void announceBacklog() {
        client.sql("select pg_notify(?, '')")
                .param(Channels.BACKLOG)
                .query((row, number) -> true)
                .list();
    }

    /**
     * Edges from tasks submitted earlier that have not completed.
     *
     * @param countByChild how many each task waits for
     */
    record OpenEdges(Map<UUID, Integer> countByChild, Set<UUID> parents) {}
}
