package io.agentorchestrator.store.state;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.planner.EndCodes;
import io.agentorchestrator.workflows.run.CommandSignal;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Writes what commands and deadlines do to tasks that are at no agent, at once. To be called within a transaction that has locked the run,
 * or the task where it is in none. Thread-safe.
 */
public final class CommandWrites {
    /** Author of commands that follow from deadlines and from the ends of other tasks. */
    private static final String PRINCIPAL = "orchestrator";

    private final JdbcClient client;

    public CommandWrites(JdbcClient client) {
        this.client = client;
    }

    /**
     * Cancels what of the run was not dispatched.
     *
     * @param index of one task; null for all of the run
     * @return the tasks that ended
     */
    public List<UUID> cancel(RunKey run, @Nullable Integer index, String reason) {
        return client.sql("""
                        update task_state
                        set status = 'CANCELLED', ended_at = now(), error_code = ?, error_message = ?, attempt_epochs = 0
                        where run_id = ? and run_number = ? and (?::integer is null or task_index = ?)
                          and status::text in ('PENDING', 'WAITING', 'QUEUED', 'RELEASED', 'BACKOFF')
                        returning task_id
                        """)
                .params(Arrays.asList(EndCodes.CANCELLED, reason, run.runId(), run.runNumber(), index, index))
                .query(UUID.class)
                .list();
    }

    /** Cancels a task that is in no run and has not ended. */
    public void cancelStandalone(UUID taskId, String reason) {
        client.sql("""
                        update task_state
                        set status = 'CANCELLED', ended_at = now(), error_code = ?, error_message = ?
                        where task_id = ? and run_id is null and status::text in ('PENDING', 'WAITING', 'QUEUED')
                        """).params(EndCodes.CANCELLED, reason, taskId).update();
    }

    /** Cancels all that is open in the run, also at agents, since its workflow was stopped; the tasks that ended. */
    public List<UUID> terminate(RunKey run, String reason) {
        return client.sql("""
                        update task_state
                        set status = 'CANCELLED', ended_at = now(), error_code = ?, error_message = ?, worker_id = null,
                            attempt_epochs = 0
                        where run_id = ? and run_number = ? and status not in ('COMPLETED', 'FAILED', 'CANCELLED')
                        returning task_id
                        """)
                .params(EndCodes.RUN_TERMINATED, reason, run.runId(), run.runNumber())
                .query(UUID.class)
                .list();
    }

    /** Fails those of these overdue tasks that are in no run, but for what somebody else has just now; those that failed. */
    public List<UUID> failStandalone(List<UUID> tasks, String message) {
        UUID[] ids = tasks.toArray(UUID[]::new);
        return client.sql("""
                        update task_state s
                        set status = 'FAILED', ended_at = now(), error_code = ?, error_message = ?
                        where s.task_id = any(?) and s.run_id is null and s.task_id in (
                          select task_id from task_state
                          where task_id = any(?) and run_id is null
                            and status::text in ('PENDING', 'WAITING', 'QUEUED', 'RELEASED', 'BACKOFF')
                          order by task_id for update skip locked)
                        returning s.task_id
                        """)
                .params(EndCodes.DEADLINE_EXCEEDED, message, ids, ids)
                .query(UUID.class)
                .list();
    }

    /** Notes that the run is told of those of these tasks whose deadline has passed at no agent; those that it had not been told of. */
    public List<UUID> markExpiryCommanded(RunKey run, List<UUID> tasks) {
        return client.sql("""
                        update task_state set expiry_commanded_at = now()
                        where task_id = any(?) and run_id = ? and run_number = ? and deadline < now() and expiry_commanded_at is null
                          and status::text in ('PENDING', 'WAITING', 'QUEUED', 'RELEASED', 'BACKOFF')
                        returning task_id
                        """)
                .params(tasks.toArray(UUID[]::new), run.runId(), run.runNumber())
                .query(UUID.class)
                .list();
    }

    /**
     * Has the run end these tasks of it, as far as they have not ended: its planner knows what depends on them.
     *
     * @param kind CANCEL or EXPIRE
     */
    public void command(LockedRun run, CommandSignal.Kind kind, UUID[] tasks, String code, String reason) {
        int commands = client.sql("""
                        insert into command (command_id, tenant, principal, kind, run_id, run_number, task_id, task_indexes, code,
                          reason)
                        select uuidv7(), ?, ?, ?, ?, ?, case when count(*) = 1 then (array_agg(task_id))[1] end,
                          array_agg(task_index order by task_index), ?, ?
                        from task_state where task_id = any(?) and status not in ('COMPLETED', 'FAILED', 'CANCELLED')
                        having count(*) > 0
                        """)
                .params(
                        run.tenant(),
                        PRINCIPAL,
                        kind.name(),
                        run.key().runId(),
                        run.key().runNumber(),
                        code,
                        reason,
                        tasks)
                .update();
        if (commands > 0) {
            Channels.notify(client, Channels.COMMANDS);
        }
    }
}
