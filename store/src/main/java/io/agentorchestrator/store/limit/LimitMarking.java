package io.agentorchestrator.store.limit;

import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Gives the tasks that are open their keys after limits have changed, a bounded number at a time. Where it is, is in the store, so that any
 * process goes on with it; one does so at a time. Thread-safe.
 */
public final class LimitMarking {
    /** By then no process goes by the limits from before a change, and what it had accepted is stored. */
    private static final Duration SETTLED_AFTER = Duration.ofSeconds(15);

    /** In the order in which tasks go on, so that hardly any is passed over between two; the second pass finds it. */
    private static final List<String> STAGES = List.of("PENDING", "WAITING", "QUEUED", "BACKOFF");

    private static final UUID NO_ID = new UUID(0, 0);

    private final JdbcClient client;
    private final RetryingTransaction transaction;
    private final LimitMarks marks;
    private final LiveLimits limits;

    public LimitMarking(DataSource database, LiveLimits limits) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
        this.marks = new LimitMarks(client);
        this.limits = limits;
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
                        update limit_marking set
                          stage = case when began_at is null then 0 else stage end,
                          tenant = case when began_at is null then '' else tenant end,
                          task_id = case when began_at is null then ? else task_id end,
                          began_at = coalesce(began_at, now())
                        where only_row in (select only_row from limit_marking
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
        limits.refresh(); // by what is stored now, however lately
        List<UUID> ids = at.stage() < STAGES.size() ? inBacklog(at) : out(at);
        marks.mark(ids, limits.all());
        if (ids.size() == LimitMarks.MAX_AT_ONCE) {
            moveTo(new Place(at.stage(), at.tenant(), ids.getLast()));
        } else if (at.stage() < STAGES.size()) {
            moveTo(nextTenant(at)
                    .map(tenant -> new Place(at.stage(), tenant, NO_ID))
                    .orElse(new Place(at.stage() + 1, "", NO_ID)));
        } else {
            client.sql("update limit_marking set completed_began_at = began_at, began_at = null")
                    .update();
            return false;
        }
        return true;
    }

    private void moveTo(Place place) {
        client.sql("update limit_marking set stage = ?, tenant = ?, task_id = ?")
                .params(place.stage(), place.tenant(), place.taskId())
                .update();
    }

    private List<UUID> inBacklog(Place at) {
        return client.sql("""
                        select task_id from task_state where tenant = ? and status = ?::task_status and task_id > ?
                        order by task_id limit ?
                        """.replace("?::task_status", "'" + STAGES.get(at.stage()) + "'"))
                .params(at.tenant(), at.taskId(), LimitMarks.MAX_AT_ONCE)
                .query(UUID.class)
                .list();
    }

    private Optional<String> nextTenant(Place at) {
        return client.sql("select tenant from task_state where status = '%s' and tenant > ? order by tenant limit 1"
                        .formatted(STAGES.get(at.stage())))
                .param(at.tenant())
                .query(String.class)
                .optional();
    }

    private List<UUID> out(Place at) {
        return client.sql("""
                        select task_id from task_state where status in ('RELEASED', 'DISPATCHED', 'RUNNING') and task_id > ?
                        order by task_id limit ?
                        """)
                .params(at.taskId(), LimitMarks.MAX_AT_ONCE)
                .query(UUID.class)
                .list();
    }

    /** The place that a pass has reached: after which task of which tenant, in which status. */
    record Place(int stage, String tenant, UUID taskId) {}
}
