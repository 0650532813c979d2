package io.agentorchestrator.store.state;

import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A pass over the open tasks after something was changed that concerns them, a bounded number at a time. Where it is, is in the store, so that any process goes
 * on with it; one does so at a time. A second pass finds what was being submitted during the first. Thread-safe.
 */
public final class OpenTaskPass {
    /** By then no process goes by what was before a change, and what it had accepted is stored. */
    private static final Duration SETTLED_AFTER = Duration.ofSeconds(15);

    /** In the order in which tasks go on, so that hardly any is passed over between two. Then come those that are out: they may come back. */
    private static final List<String> STAGES = List.of("PENDING", "WAITING", "QUEUED", "BACKOFF");

    private static final UUID NO_ID = new UUID(0, 0);

    private final JdbcClient client;
    private final RetryingTransaction transaction;
    private final String table;
    private final int atOnce;
    private final Scope scope;
    private final Consumer<List<UUID>> work;

    /**
     * A pass whose place is in this table, which has one row and tells when something was changed last.
     *
     * @param atOnce tasks that a step looks at, at most
     * @param work what is done with them, within the step's transaction
     */
    public OpenTaskPass(DataSource database, String table, int atOnce, Scope scope, Consumer<List<UUID>> work) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
        this.table = table;
        this.atOnce = atOnce;
        this.scope = scope;
        this.work = work;
    }

    /** The tasks that a pass looks at. */
    public interface Scope {
        /** All of them. */
        Scope ALL = new Scope() {
            @Override
            public Optional<String> nextTenant(JdbcClient client, String status, String after) {
                return client.sql(
                                "select tenant from task_state where status = '%s' and tenant > ? order by tenant limit 1"
                                        .formatted(status))
                        .param(after)
                        .query(String.class)
                        .optional();
            }

            @Override
            public String condition() {
                return "true";
            }
        };

        /** The next tenant whose tasks of this status are in it, or may be. */
        Optional<String> nextTenant(JdbcClient client, String status, String after);

        /** The condition in SQL on a row of task_state, for tasks that are out of the backlog. */
        String condition();
    }

    /**
     * Looks at the next tasks, if a pass is due.
     *
     * @return whether there is more to look at
     */
    public boolean step() {
        return Boolean.TRUE.equals(
                transaction.execute(status -> place().map(this::step).orElse(false)));
    }

    /** Takes the place where the pass is, and begins one that is due; empty if none is, or somebody else has it. */
    private Optional<Place> place() {
        return client.sql("""
                        update %1$s set
                          stage = case when began_at is null then 0 else stage end,
                          tenant = case when began_at is null then '' else tenant end,
                          task_id = case when began_at is null then ? else task_id end,
                          began_at = coalesce(began_at, now())
                        where only_row in (select only_row from %1$s
                                           where began_at is not null or completed_began_at < changed_at
                                             or (completed_began_at < changed_at + ? * interval '1 millisecond'
                                                 and now() >= changed_at + ? * interval '1 millisecond')
                                           for update skip locked)
                        returning stage, tenant, task_id
                        """.formatted(table))
                .params(NO_ID, SETTLED_AFTER.toMillis(), SETTLED_AFTER.toMillis())
                .query(Records.of(Place.class))
                .optional();
    }

    private boolean step(Place at) {
        boolean isBacklog = at.stage() < STAGES.size();
        List<UUID> ids = isBacklog ? inBacklog(at) : out(at);
        work.accept(ids);
        if (ids.size() == atOnce) {
            moveTo(new Place(at.stage(), at.tenant(), ids.getLast()));
        } else if (isBacklog) {
            moveTo(scope.nextTenant(client, STAGES.get(at.stage()), at.tenant())
                    .map(tenant -> new Place(at.stage(), tenant, NO_ID))
                    .orElse(new Place(at.stage() + 1, "", NO_ID)));
        } else {
            client.sql("update " + table + " set completed_began_at = began_at, began_at = null")
                    .update();
            return false;
        }
        return true;
    }

    private void moveTo(Place place) {
        client.sql("update " + table + " set stage = ?, tenant = ?, task_id = ?")
                .params(place.stage(), place.tenant(), place.taskId())
                .update();
    }

    private List<UUID> inBacklog(Place at) {
        return client.sql("""
                        select task_id from task_state where tenant = ? and status = '%s' and task_id > ?
                        order by task_id limit ?
                        """.formatted(STAGES.get(at.stage())))
                .params(at.tenant(), at.taskId(), atOnce)
                .query(UUID.class)
                .list();
    }

    private List<UUID> out(Place at) {
        return client.sql("""
                        select task_id from task_state where status in ('RELEASED', 'DISPATCHED', 'RUNNING') and task_id > ? and %s
                        order by task_id limit ?
                        """.formatted(scope.condition()))
                .params(at.taskId(), atOnce)
                .query(UUID.class)
                .list();
    }

    /** The place that a pass has reached: after which task of which tenant, in which status. */
    private record Place(int stage, String tenant, UUID taskId) {}
}
