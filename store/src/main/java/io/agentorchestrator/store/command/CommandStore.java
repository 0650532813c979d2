package io.agentorchestrator.store.command;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.command.CommandRows.NewCommand;
import io.agentorchestrator.store.dependency.CrossRunDependents;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.state.CommandWrites;
import io.agentorchestrator.store.state.LockedRun;
import io.agentorchestrator.store.state.RunCounters;
import io.agentorchestrator.store.state.RunCounters.Ends;
import io.agentorchestrator.store.state.RunLocks;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.planner.EndCodes;
import io.agentorchestrator.workflows.run.CommandSignal.Kind;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Accepts commands: a row each, on disk when a method returns. To command what is commanded already answers that command, but not
 * one from before the DAG was run again. Another tenant's tasks and DAGs do not exist here. Thread-safe.
 */
public final class CommandStore {
    /** A task enters a run at most once while a command to it is being accepted. */
    private static final int MAX_LOOKS = 5;

    private final JdbcClient client;
    private final RunLocks locks;
    private final RunCounters counters;
    private final CommandWrites writes;
    private final CommandRows rows;
    private final CrossRunDependents dependents;

    public CommandStore(DataSource database, Uuid7 ids) {
        this.client = JdbcClient.create(database);
        this.locks = new RunLocks(client);
        this.counters = new RunCounters(client);
        this.writes = new CommandWrites(client);
        this.rows = new CommandRows(client, ids);
        this.dependents = new CrossRunDependents(database);
    }

    /** Cancels a task: at once where no run has it, or else by a command to its run. */
    public CommandAnswer cancelTask(String tenant, String principal, UUID taskId, String reason) {
        Caller caller = new Caller(tenant, principal, reason);
        for (int look = 0; look < MAX_LOOKS; look++) {
            Optional<Target> found = find(caller, taskId);
            if (found.isEmpty()) {
                return new CommandAnswer.NotFound();
            }
            UUID run = found.get().runId();
            Optional<CommandAnswer> answer =
                    run == null ? cancelStandalone(caller, taskId) : Optional.of(cancelInRun(caller, run, taskId));
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        throw new IllegalStateException("task " + taskId + " changed its run faster than it could be locked");
    }

    /** Cancels all of a DAG that has not ended: what is not at an agent at once, the rest by a command to its run. */
    public CommandAnswer cancelDag(String tenant, String principal, UUID dagId, String reason) {
        Caller caller = new Caller(tenant, principal, reason);
        return onDag(caller, dagId, (run, ended) -> {
            if (run.status() == RunStatus.CANCELLED || !run.status().isTerminal()) {
                boolean nobodyToTell = run.status().isTerminal() || run.status() == RunStatus.PENDING;
                counters.cancelAll(run.key());
                ended.addAll(cancelInRows(run, null, caller.reason()));
                return new CommandAnswer.Accepted(rows.lastOfRun(run.key(), Kind.CANCEL)
                        .orElseGet(() ->
                                insert(caller.command(Kind.CANCEL, run.key(), EndCodes.CANCELLED, nobodyToTell))));
            }
            return new CommandAnswer.Ended(run.status().name());
        });
    }

    /** Holds a DAG: nothing of it is released any more; what is at agents goes on. */
    public CommandAnswer pauseDag(String tenant, String principal, UUID dagId, String reason) {
        return toggle(new Caller(tenant, principal, reason), dagId, true);
    }

    /** Lets a paused DAG go on. */
    public CommandAnswer resumeDag(String tenant, String principal, UUID dagId, String reason) {
        return toggle(new Caller(tenant, principal, reason), dagId, false);
    }

    /** The command, if this tenant has one of this id. */
    public Optional<StoredCommand> find(String tenant, UUID commandId) {
        return rows.find(tenant, commandId);
    }

    /** Lists this tenant's commands to a DAG and its tasks, the last first. */
    public List<StoredCommand> ofDag(String tenant, UUID dagId, int limit) {
        return rows.list(tenant, dagId, null, limit);
    }

    /** Lists this tenant's commands to a task alone, the last first. */
    public List<StoredCommand> ofTask(String tenant, UUID taskId, int limit) {
        return rows.list(tenant, null, taskId, limit);
    }

    private CommandAnswer toggle(Caller caller, UUID dagId, boolean pause) {
        Kind kind = pause ? Kind.PAUSE : Kind.RESUME;
        return onDag(caller, dagId, (run, ended) -> {
            if (run.status().isTerminal()) {
                return new CommandAnswer.Ended(run.status().name());
            }
            if (run.paused() == pause) {
                return new CommandAnswer.Accepted(rows.lastOfRun(run.key(), kind)
                        .orElseGet(() -> insert(caller.command(kind, run.key(), "", true))));
            }
            client.sql("update run set paused = ? where run_id = ? and run_number = ?")
                    .params(pause, dagId, run.key().runNumber())
                    .update();
            if (pause) {
                Channels.notify(client, Channels.PAUSES, dagId.toString());
            } else {
                Channels.notify(client, Channels.BACKLOG, "");
            }
            return new CommandAnswer.Accepted(insert(caller.command(kind, run.key(), "", false)));
        });
    }

    private CommandAnswer onDag(
            Caller caller, UUID dagId, BiFunction<LockedRun, Collection<UUID>, CommandAnswer> command) {
        return dependents.propagating(ended -> locks.lockLatest(dagId)
                .filter(run -> run.kind() == RunKind.DAG && run.tenant().equals(caller.tenant()))
                .map(run -> command.apply(run, ended))
                .orElseGet(CommandAnswer.NotFound::new));
    }

    private Optional<Target> find(Caller caller, UUID taskId) {
        return client.sql("select status, run_id, task_index as index from task_state where task_id = ? and tenant = ?")
                .params(taskId, caller.tenant())
                .query(Records.of(Target.class))
                .optional();
    }

    private CommandAnswer cancelInRun(Caller caller, UUID runId, UUID taskId) {
        return dependents.propagating(ended -> {
            LockedRun run = locks.lockLatest(runId).orElse(null);
            Target target = find(caller, taskId).orElse(null);
            if (target == null) {
                return new CommandAnswer.NotFound();
            }
            if (run == null) {
                // Retention takes a run before its tasks, which have ended then.
                return new CommandAnswer.Ended(target.status().name());
            }
            if (target.status().isTerminal()) {
                return ended(caller, target, run.key(), taskId);
            }
            ended.addAll(cancelInRows(run, target.index(), caller.reason()));
            return new CommandAnswer.Accepted(
                    rows.lastCancelOfTask(taskId, run.key().runNumber())
                            .orElseGet(() -> insert(caller.cancel(target, run.key(), taskId, false))));
        });
    }

    /**
     * Ends what no agent has, at once and whether or not Temporal is there: nothing of it can be started any more by a run that has
     * yet to hear of the command. The planner decides what follows for its dependents. A run that ends by it ends as the planner
     * would have it: failed if a task failed, unless all of it was cancelled.
     *
     * @param index of one task; null for all of the run
     * @return the tasks that ended
     */
    private List<UUID> cancelInRows(LockedRun run, @Nullable Integer index, String reason) {
        List<UUID> ended = writes.cancel(run.key(), index, reason);
        counters.countDown(Map.of(run.key(), new Ends(0, 0, ended.size())));
        return ended;
    }

    /** Empty if a run has taken the task meanwhile: then the run is to be locked first. */
    private Optional<CommandAnswer> cancelStandalone(Caller caller, UUID taskId) {
        return dependents.propagating(ended -> {
            Target target = lock(taskId);
            if (target.runId() != null) {
                return Optional.empty();
            }
            if (target.status().isTerminal()) {
                return Optional.of(ended(caller, target, null, taskId));
            }
            writes.cancelStandalone(taskId, caller.reason());
            ended.add(taskId);
            return Optional.of(new CommandAnswer.Accepted(insert(caller.cancel(target, null, taskId, true))));
        });
    }

    private CommandAnswer ended(Caller caller, Target target, @Nullable RunKey run, UUID taskId) {
        return target.status() == TaskStatus.CANCELLED
                ? new CommandAnswer.Accepted(rows.lastCancelOfTask(taskId, run == null ? null : run.runNumber())
                        .orElseGet(() -> insert(caller.cancel(target, run, taskId, true))))
                : new CommandAnswer.Ended(target.status().name());
    }

    private Target lock(UUID taskId) {
        return client.sql("select status, run_id, task_index as index from task_state where task_id = ? for update")
                .param(taskId)
                .query(Records.of(Target.class))
                .single();
    }

    private StoredCommand insert(NewCommand command) {
        if (!command.acknowledged()) {
            Channels.notify(client, Channels.COMMANDS);
        }
        return rows.insert(command);
    }

    /** Who commands, and why. */
    private record Caller(String tenant, String principal, String reason) {
        NewCommand command(Kind kind, RunKey run, String code, boolean acknowledged) {
            return new NewCommand(
                    tenant, principal, kind, run.runId(), run.runNumber(), null, null, code, reason, acknowledged);
        }

        NewCommand cancel(Target target, @Nullable RunKey run, UUID taskId, boolean acknowledged) {
            return new NewCommand(
                    tenant,
                    principal,
                    Kind.CANCEL,
                    run == null ? null : run.runId(),
                    run == null ? null : run.runNumber(),
                    taskId,
                    target.index(),
                    EndCodes.CANCELLED,
                    reason,
                    acknowledged);
        }
    }

    private record Target(
            TaskStatus status,
            @Nullable UUID runId,
            @Nullable Integer index) {}

    /** The answer to a command. */
    public sealed interface CommandAnswer {
        /** It is on disk, now or from before. */
        record Accepted(StoredCommand command) implements CommandAnswer {}

        /** The tenant has no such task or DAG. */
        record NotFound() implements CommandAnswer {}

        /** There is nothing left to command. */
        record Ended(String status) implements CommandAnswer {}
    }

    /**
     * A command as accepted.
     *
     * @param kind CANCEL, PAUSE, RESUME, RETRY or EXPIRE
     * @param runId absent where the task was in no run
     * @param taskId absent where the command is to a whole run
     * @param acknowledgedAt when its run had it, or there was nothing to deliver; absent before
     */
    public record StoredCommand(
            UUID commandId,
            String kind,
            @Nullable UUID runId,
            @Nullable UUID taskId,
            String code,
            String reason,
            Instant createdAt,
            @Nullable Instant acknowledgedAt) {}
}
