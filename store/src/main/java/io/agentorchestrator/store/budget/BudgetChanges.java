package io.agentorchestrator.store.budget;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.command.ChangeStore.Changed;
import io.agentorchestrator.store.command.CommandStore;
import io.agentorchestrator.store.state.BudgetWrites;
import io.agentorchestrator.store.state.ReleaseWrites;
import io.agentorchestrator.store.state.RunLocks;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.model.Uuid7;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Changes budgets of tasks and DAGs that have not ended, and lets go on what they held. Thread-safe. */
public final class BudgetChanges {
    /** The time that a change waits at most for those who write to the ledger. */
    private static final int MAX_WAIT_MILLIS = 2_000;

    private final JdbcClient client;
    private final RetryingTransaction transaction;
    private final RunLocks locks;
    private final BudgetWrites writes;
    private final ReleaseWrites releases;
    private final CommandStore commands;

    public BudgetChanges(DataSource database, Uuid7 ids) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
        this.locks = new RunLocks(client);
        this.writes = new BudgetWrites(client);
        this.releases = new ReleaseWrites(client);
        this.commands = new CommandStore(database, ids);
    }

    /** Changes the budget of a task alone; what its DAG has holds as well. */
    public Changed ofTask(String tenant, UUID taskId, NewLimits limits) {
        String found = "select status from task_state where task_id = ? and tenant = ?";
        if (status(found, tenant, taskId) == null) {
            return new Changed.NotFound();
        }
        open(taskId);
        return Objects.requireNonNull(transaction.execute(transaction -> {
            TaskStatus status = status(found + " for update", tenant, taskId);
            if (status == null) {
                return new Changed.NotFound();
            }
            return status.isTerminal() ? new Changed.Ended(status.name()) : change(taskId, limits);
        }));
    }

    private @Nullable TaskStatus status(String sql, String tenant, UUID taskId) {
        return client.sql(sql)
                .params(taskId, tenant)
                .query((row, number) -> TaskStatus.valueOf(row.getString(1)))
                .optional()
                .orElse(null);
    }

    /** Changes the budget of a DAG. If it was paused for want of it, it is resumed. */
    public Changed ofDag(String tenant, String principal, UUID dagId, NewLimits limits) {
        boolean found = client.sql("select exists (select from dag where dag_id = ? and tenant = ?)")
                .params(dagId, tenant)
                .query(Boolean.class)
                .single();
        if (!found) {
            return new Changed.NotFound();
        }
        open(dagId);
        Changed changed = transaction.execute(status -> locks.lockLatest(dagId)
                .filter(run -> run.kind() == RunKind.DAG && run.tenant().equals(tenant))
                .map(run -> run.status().isTerminal()
                        ? new Changed.Ended(run.status().name())
                        : change(dagId, limits))
                .orElseGet(Changed.NotFound::new));
        if (changed instanceof Changed.Done && isPausedByBudget(dagId)) {
            CommandStore.CommandAnswer _ = commands.resumeDag(
                    tenant, principal, dagId, "its budget was changed, for want of which it was paused");
        }
        return changed;
    }

    /**
     * Opens an account without limits, which binds nobody, for what has none: a task without a budget of its own, a DAG from before there were budgets. What
     * was spent by then is in the ledger. While it is summed up nobody writes there: who did before has committed, and who does after finds the account. Rows
     * of tasks are not held meanwhile, since those who write to the ledger hold them.
     */
    private void open(UUID account) {
        boolean isOpen = client.sql("select exists (select from budget_account where account_id = ?)")
                .param(account)
                .query(Boolean.class)
                .single();
        if (isOpen) {
            return;
        }
        transaction.executeWithoutResult(status -> {
            client.sql("select set_config('lock_timeout', ?, true)")
                    .param(MAX_WAIT_MILLIS + "ms")
                    .query(String.class)
                    .single();
            client.sql("lock table only charge in share mode").update();
            writes.openAccount(account);
        });
    }

    private Changed change(UUID account, NewLimits limits) {
        writes.setLimits(account, limits.costMicroUsd(), limits.tokens());
        writes.needClaim(account);
        int inLine = releases.putInLine(HeldFor.ROOM + account, Limits.MAX_TASKS_PER_DAG)
                + releases.putInLine(HeldFor.RAISE + account, Limits.MAX_TASKS_PER_DAG);
        if (inLine > 0) {
            Channels.notify(client, Channels.BACKLOG, "");
        }
        return new Changed.Done();
    }

    private boolean isPausedByBudget(UUID dagId) {
        return client.sql("""
                        select coalesce((
                          select c.kind = 'PAUSE' and c.principal = ? from command c
                          where c.run_id = ? and c.kind in ('PAUSE', 'RESUME') order by c.sequence desc limit 1), false)
                        """)
                .params(BudgetUpkeep.PRINCIPAL, dagId)
                .query(Boolean.class)
                .single();
    }

    /**
     * The limits that are to hold; one that is absent stays as it is.
     *
     * @param costMicroUsd millionths of a US dollar
     * @param tokens input and output together
     */
    public record NewLimits(
            @Nullable Long costMicroUsd, @Nullable Long tokens) {
        /** Tells whether nothing is to change. */
        public boolean isEmpty() {
            return costMicroUsd == null && tokens == null;
        }
    }
}
