package io.agentorchestrator.store.budget;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.command.ChangeStore;
import io.agentorchestrator.store.command.ChangeStore.Change;
import io.agentorchestrator.store.command.ChangeStore.Changed;
import io.agentorchestrator.store.command.CommandStore;
import io.agentorchestrator.store.state.BudgetWrites;
import io.agentorchestrator.store.state.ReleaseWrites;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Uuid7;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Changes tasks and DAGs that have not ended together with their budgets, all or nothing, and lets go on what budgets held. Thread-safe. */
public final class BudgetChanges {
    private static final Set<String> ENDED = Set.of("COMPLETED", "FAILED", "CANCELLED");

    private final JdbcClient client;
    private final RetryingTransaction transaction;
    private final BudgetWrites writes;
    private final LateAccounts accounts;
    private final ReleaseWrites releases;
    private final CommandStore commands;
    private final ChangeStore changes;

    public BudgetChanges(DataSource database, Uuid7 ids) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
        this.writes = new BudgetWrites(client);
        this.accounts = new LateAccounts(database);
        this.releases = new ReleaseWrites(client);
        this.commands = new CommandStore(database, ids);
        this.changes = new ChangeStore(database);
    }

    /**
     * Changes a task and its own budget; what its DAG has holds as well. If its DAG was paused for want of this budget, it is resumed.
     *
     * @param limits not empty
     */
    public Changed ofTask(String tenant, String principal, UUID taskId, Change change, NewLimits limits) {
        return change(
                tenant,
                taskId,
                limits,
                "select status::text from task_state where task_id = ? and tenant = ?",
                () -> changes.task(tenant, taskId, change),
                held -> {
                    if (held > 0) {
                        dagOf(taskId).ifPresent(dag -> resume(tenant, principal, dag));
                    }
                });
    }

    /**
     * Changes a DAG and its budget. If it was paused for want of it, it is resumed.
     *
     * @param limits not empty
     */
    public Changed ofDag(String tenant, String principal, UUID dagId, Change change, NewLimits limits) {
        return change(
                tenant,
                dagId,
                limits,
                """
                select status::text from run where run_id = ? and tenant = ? and kind = 'DAG' order by run_number desc limit 1
                """,
                () -> changes.dag(tenant, dagId, change),
                held -> resume(tenant, principal, dagId));
    }

    /**
     * Whoever records usage has the account last, and the run before: so the other change comes first, which locks the run.
     *
     * @param status what to ask for the status first: what has ended is not to wait for an account
     * @param then told how many tasks were held until somebody raised the budget
     */
    private Changed change(
            String tenant, UUID account, NewLimits limits, String status, Supplier<Changed> others, IntConsumer then) {
        Optional<String> found =
                client.sql(status).params(account, tenant).query(String.class).optional();
        if (found.isEmpty()) {
            return new Changed.NotFound();
        }
        if (ENDED.contains(found.get())) {
            return new Changed.Ended(found.get());
        }
        accounts.open(account);
        return Objects.requireNonNull(transaction.execute(change -> {
            Changed changed = others.get();
            if (changed instanceof Changed.Done) {
                BudgetWrites.Spent spent = writes.lock(account);
                Long microUsd = spent.microUsdBeyond(limits.costMicroUsd());
                Long tokens = spent.tokensBeyond(limits.tokens());
                if (microUsd != null || tokens != null) {
                    change.setRollbackOnly();
                    return new Changed.BelowSpent(microUsd, tokens);
                }
                then.accept(change(account, limits));
            }
            return changed;
        }));
    }

    /** Returns how many tasks were held until somebody raised the budget. */
    private int change(UUID account, NewLimits limits) {
        writes.setLimits(account, limits.costMicroUsd(), limits.tokens());
        writes.needClaim(account);
        int waiting = releases.putInLine(HeldFor.ROOM + account, Limits.MAX_TASKS_PER_DAG);
        int held = releases.putInLine(HeldFor.RAISE + account, Limits.MAX_TASKS_PER_DAG);
        if (waiting + held > 0) {
            Channels.notify(client, Channels.BACKLOG, "");
        }
        return held;
    }

    private Optional<UUID> dagOf(UUID task) {
        return client.sql("select dag_id from task where task_id = ? and dag_id is not null")
                .param(task)
                .query(UUID.class)
                .optional();
    }

    private void resume(String tenant, String principal, UUID dagId) {
        if (isPausedByBudget(dagId)) {
            CommandStore.CommandAnswer _ = commands.resumeDag(
                    tenant, principal, dagId, "a budget was changed, for want of which it was paused");
        }
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
