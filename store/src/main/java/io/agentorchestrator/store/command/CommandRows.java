package io.agentorchestrator.store.command;

import io.agentorchestrator.store.command.CommandStore.StoredCommand;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.run.CommandSignal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.MappedQuerySpec;

/** The rows of commands; what is written here belongs to the caller's transaction. Thread-safe. */
final class CommandRows {
    private static final String COLUMNS =
            "command_id, kind, run_id, task_id, code, reason, created_at, acknowledged_at";

    private final JdbcClient client;
    private final Uuid7 ids;

    CommandRows(JdbcClient client, Uuid7 ids) {
        this.client = client;
        this.ids = ids;
    }

    StoredCommand insert(NewCommand command) {
        return client.sql("""
                        insert into command (command_id, tenant, principal, kind, run_id, run_number, task_id, task_indexes, code,
                          reason, acknowledged_at)
                        values (?, ?, ?, ?, ?, ?, ?, ?::integer[], ?, ?, case when ? then now() end)
                        returning\s""" + COLUMNS)
                .params(Arrays.asList(
                        ids.next(),
                        command.tenant(),
                        command.principal(),
                        command.kind().name(),
                        command.runId(),
                        command.runNumber(),
                        command.taskId(),
                        command.index() == null ? new Integer[0] : new Integer[] {command.index()},
                        command.code(),
                        command.reason(),
                        command.acknowledged()))
                .query(Records.of(StoredCommand.class))
                .single();
    }

    Optional<StoredCommand> find(String tenant, UUID commandId) {
        return select("command_id = ? and tenant = ?", commandId, tenant).optional();
    }

    /**
     * Lists a tenant's commands to a run and its tasks, or to a task alone; the last first.
     *
     * @param runId null for commands to the task alone
     */
    List<StoredCommand> list(String tenant, @Nullable UUID runId, @Nullable UUID taskId, int limit) {
        String whose = runId == null ? "task_id" : "run_id";
        return select(
                        whose + " = ? and tenant = ? and kind <> 'EXPIRE' order by sequence desc limit ?",
                        runId == null ? taskId : runId,
                        tenant,
                        limit)
                .list();
    }

    /**
     * The last cancel of this task alone, of those to this run.
     *
     * @param runNumber null where the task is in no run
     */
    Optional<StoredCommand> lastCancelOfTask(UUID taskId, @Nullable Integer runNumber) {
        return select("""
                        task_id = ? and kind = 'CANCEL' and run_number is not distinct from ?::integer
                        order by sequence desc limit 1
                        """, taskId, runNumber).optional();
    }

    /** The last command of this kind to the whole run. */
    Optional<StoredCommand> lastOfRun(RunKey run, CommandSignal.Kind kind) {
        return select("""
                        run_id = ? and run_number = ? and kind = ? and task_indexes = '{}'
                        order by sequence desc limit 1
                        """, run.runId(), run.runNumber(), kind.name()).optional();
    }

    private MappedQuerySpec<StoredCommand> select(String where, @Nullable Object... parameters) {
        return client.sql("select " + COLUMNS + " from command where " + where)
                .params(Arrays.asList(parameters))
                .query(Records.of(StoredCommand.class));
    }

    /**
     * A command to be stored.
     *
     * @param runId absent where the task is in no run
     * @param runNumber of the run that it is accepted for; absent where there is none
     * @param index of the task in its run; absent where the command is to the whole run
     * @param acknowledged whether there is nothing to deliver
     */
    record NewCommand(
            String tenant,
            String principal,
            CommandSignal.Kind kind,
            @Nullable UUID runId,
            @Nullable Integer runNumber,
            @Nullable UUID taskId,
            @Nullable Integer index,
            String code,
            String reason,
            boolean acknowledged) {}
}
