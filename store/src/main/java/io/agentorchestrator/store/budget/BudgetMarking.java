package io.agentorchestrator.store.budget;

import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.state.BudgetWrites;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Marks tasks that are open and bound by a period's budget, after one was set: a bounded number at a time. Where it is, is in the store, so that any
 * process goes on with it; one does so at a time. A second pass finds what was being submitted during the first. Thread-safe.
 */
final class BudgetMarking {
    /** Tasks that a step looks at. */
    static final int MAX_AT_ONCE = 2_000;

    /** By then all is stored that was submitted without knowing of a budget. */
    private static final Duration SETTLED_AFTER = Duration.ofSeconds(15);

    /** In the order in which tasks go on, so that hardly any is passed over between two. Then come those that are out: they may come back. */
    private static final List<String> STAGES = List.of("PENDING", "WAITING", "QUEUED", "BACKOFF");

    private static final UUID NO_ID = new UUID(0, 0);

    private final JdbcClient client;
    private final RetryingTransaction transaction;
    private final BudgetWrites writes;

    BudgetMarking(DataSource database) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
        this.writes = new BudgetWrites(client);
    }

    /**
     * Looks at the next tasks, if a pass is due.
     *
     * @return whether there is more to look at
     */
    boolean step() {
        return Boolean.TRUE.equals(
                transaction.execute(status -> place().map(this::step).orElse(false)));
    }

    /** Takes the place where the pass is, and begins one that is due; empty if none is, or somebody else has it. */
    private Optional<Place> place() {
        return client.sql("""
                        update budget_marking set
                          stage = case when began_at is null then 0 else stage end,
                          tenant = case when began_at is null then '' else tenant end,
                          task_id = case when began_at is null then ? else task_id end,
                          began_at = coalesce(began_at, now())
                        where only_row in (select only_row from budget_marking
                                           where began_at is not null or completed_began_at < changed_at
                                             or (completed_began_at < changed_at + ? * interval '1 millisecond'
                                                 and now() >= changed_at + ? * interval '1 millisecond')
                                           for update skip locked)
                        returning stage, tenant, task_id
                        """)
                .params(NO_ID, SETTLED_AFTER.toMillis(), SETTLED_AFTER.toMillis())
                .query(Records.of(Place.class))
                .optional();
    }

    private boolean step(Place at) {
        boolean isBacklog = at.stage() < STAGES.size();
        List<UUID> ids = isBacklog ? inBacklog(at) : out(at);
        int _ = writes.needClaim(ids);
        if (ids.size() == MAX_AT_ONCE) {
            moveTo(new Place(at.stage(), at.tenant(), ids.getLast()));
        } else if (isBacklog) {
            moveTo(nextTenant(at)
                    .map(tenant -> new Place(at.stage(), tenant, NO_ID))
                    .orElse(new Place(at.stage() + 1, "", NO_ID)));
        } else {
            client.sql("update budget_marking set completed_began_at = began_at, began_at = null")
                    .update();
            return false;
        }
        return true;
    }

    private List<UUID> inBacklog(Place at) {
        return client.sql("""
                        select task_id from task_state where tenant = ? and status = '%s' and task_id > ?
                        order by task_id limit ?
                        """.formatted(STAGES.get(at.stage())))
                .params(at.tenant(), at.taskId(), MAX_AT_ONCE)
                .query(UUID.class)
                .list();
    }

    private List<UUID> out(Place at) {
        return client.sql("""
                        select task_id from task_state
                        where status in ('RELEASED', 'DISPATCHED', 'RUNNING') and task_id > ?
                          and (exists (select from budget where tenant = '') or tenant = any(array(select tenant from budget)))
                        order by task_id limit ?
                        """)
                .params(at.taskId(), MAX_AT_ONCE)
                .query(UUID.class)
                .list();
    }

    private void moveTo(Place place) {
        client.sql("update budget_marking set stage = ?, tenant = ?, task_id = ?")
                .params(place.stage(), place.tenant(), place.taskId())
                .update();
    }

    /** The next tenant that a budget binds: with one of the installation's, any that has tasks. */
    private Optional<String> nextTenant(Place at) {
        boolean all = client.sql("select exists (select from budget where tenant = '')")
                .query(Boolean.class)
                .single();
        String tenants = all ? "task_state where status = '%s' and".formatted(STAGES.get(at.stage())) : "budget where";
        return client.sql("select tenant from " + tenants + " tenant > ? order by tenant limit 1")
                .param(at.tenant())
                .query(String.class)
                .optional();
    }

    /** The place that a pass has reached: after which task of which tenant, in which status. */
    record Place(int stage, String tenant, UUID taskId) {}
}
