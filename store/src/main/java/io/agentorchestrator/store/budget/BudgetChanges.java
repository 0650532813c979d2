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
import java.util.Arrays;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Changes budgets of tasks and DAGs that have not ended, and lets go on what they held. Thread-safe. */
public final class BudgetChanges {
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
        TaskStatus status = client.sql("select status from task_state where task_id = ? and tenant = ?")
                .params(taskId, tenant)
                .query((row, number) -> TaskStatus.valueOf(row.getString(1)))
                .optional()
                .orElse(null);
        if (status == null) {
            return new Changed.NotFound();
        }
        return status.isTerminal() ? new Changed.Ended(status.name()) : change(taskId, tenant, limits);
    }

    /** Changes the budget of a DAG. If it was paused for want of it, it is resumed. */
    public Changed ofDag(String tenant, String principal, UUID dagId, NewLimits limits) {
        Changed changed = transaction.execute(status -> locks.lockLatest(dagId)
                .filter(run -> run.kind() == RunKind.DAG && run.tenant().equals(tenant))
                .map(run -> run.status().isTerminal()
                        ? new Changed.Ended(run.status().name())
                        : change(dagId, tenant, limits))
                .orElseGet(Changed.NotFound::new));
        if (changed instanceof Changed.Done && isPausedByBudget(dagId)) {
            CommandStore.CommandAnswer _ = commands.resumeDag(
                    tenant, principal, dagId, "its budget was changed, for want of which it was paused");
        }
        return changed;
    }

    private Changed change(UUID account, String tenant, NewLimits limits) {
        // What was spent before the row was there is in the ledger; DAGs have their rows from the beginning.
        client.sql("""
                        insert into budget_account as a (account_id, tenant, cost_limit_micro_usd, token_limit, on_exceeded, spent_micro_usd, spent_tokens)
                        select ?, ?, ?::bigint, ?::bigint, coalesce(
                            (select on_budget_exceeded from task where task_id = ?), (select on_budget_exceeded from dag where dag_id = ?), 'FAIL'),
                          coalesce(sum(c.cost_micro_usd), 0), coalesce(sum(c.input_tokens::numeric + c.output_tokens), 0)
                        from charge c where c.task_id = ?
                        on conflict (account_id) do update
                        set cost_limit_micro_usd = coalesce(excluded.cost_limit_micro_usd, a.cost_limit_micro_usd),
                            token_limit = coalesce(excluded.token_limit, a.token_limit)
                        """)
                .params(Arrays.<@Nullable Object>asList(
                        account, tenant, limits.costMicroUsd(), limits.tokens(), account, account, account))
                .update();
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
