package io.agentorchestrator.store.deadletter;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.page.Page;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.workflows.model.Uuid7;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Dead letters, for whoever looks after them. One that has no entry id yet, for a moment after its task failed, is not there yet; nor are
 * those of another tenant. Throws {@code DataAccessException}s and {@code TransactionException}s. Thread-safe.
 */
public final class DeadLetterStore {
    /** Dead letters that one call reprocesses or deletes at most. */
    public static final int MAX_BULK = 10_000;

    private final JdbcClient client;
    private final DeadLetterPages pages;
    private final Reprocessing reprocessing;
    private final BulkChanges bulk;

    public DeadLetterStore(DataSource database, Uuid7 ids) {
        this(database, database, ids);
    }

    /** @param reading the same database, for lists */
    public DeadLetterStore(DataSource database, DataSource reading, Uuid7 ids) {
        this.client = JdbcClient.create(database);
        this.pages = new DeadLetterPages(reading);
        this.reprocessing = new Reprocessing(database, ids);
        this.bulk = new BulkChanges(database, ids);
    }

    /** A page of dead letters, newest first, without their payloads; perhaps an empty one although more follow. */
    public Page<EntryId, DeadLetter> list(String tenant, DeadLetterQuery query) {
        return pages.page(tenant, query);
    }

    /** The dead letter, in whatever state, if this tenant has one under this id. */
    public Optional<DeadLetter> find(String tenant, EntryId entry) {
        return client.sql(DeadLetterRows.SELECT + "where d.tenant = ? and d.entry_millis = ? and d.entry_sequence = ?")
                .params(tenant, entry.millis(), entry.sequence())
                .query(Records.of(DeadLetter.class))
                .optional();
    }

    /**
     * Makes a new task of a dead letter, once: who asks again is answered the same task.
     *
     * @param resumeDag whether the new task takes the old one's place in its DAG, which then runs again; if not, it stands alone
     */
    public ReprocessAnswer reprocess(String tenant, String principal, EntryId entry, boolean resumeDag) {
        return reprocessing.reprocess(new Reprocessing.Request(tenant, principal, entry, resumeDag));
    }

    /**
     * Makes new tasks, that stand alone, of OPEN dead letters, the oldest first. What somebody else reprocesses at the same time is
     * left to them. A call that breaks off has reprocessed some of them.
     *
     * @param taskType null: any
     * @param errorCode null: any
     * @param limit how many at most, {@value #MAX_BULK} at most; also of those that are named as skipped
     */
    public BulkAnswer reprocessAll(
            String tenant, String principal, @Nullable String taskType, @Nullable String errorCode, int limit) {
        checkBulk(limit);
        return bulk.reprocess(new OpenEntries.Filter(tenant, taskType, errorCode), principal, limit);
    }

    /**
     * Deletes a dead letter, if it is OPEN; its task stays as it is. What has left before, reprocessed or otherwise, stays as it is.
     *
     * @return whether the tenant has an entry of this id; it is not OPEN any more
     */
    public boolean delete(String tenant, EntryId entry) {
        return client.sql("""
                        update dead_letter
                        set left_at = case state when 'OPEN' then now() else left_at end,
                            state = case state when 'OPEN' then 'DELETED'::dead_letter_state else state end
                        where tenant = ? and entry_millis = ? and entry_sequence = ?
                        """).params(tenant, entry.millis(), entry.sequence()).update() == 1;
    }

    /**
     * Deletes OPEN dead letters, the oldest first; their tasks stay as they are. What somebody else takes at the same time is left to them. A
     * call that breaks off has deleted some of them.
     *
     * @param taskType null: any
     * @param errorCode null: any
     * @param limit how many at most, {@value #MAX_BULK} at most
     */
    public BulkDeleted deleteAll(String tenant, @Nullable String taskType, @Nullable String errorCode, int limit) {
        checkBulk(limit);
        return bulk.delete(new OpenEntries.Filter(tenant, taskType, errorCode), limit);
    }

    private static void checkBulk(int limit) {
        if (limit < 1 || limit > MAX_BULK) {
            throw new IllegalArgumentException("limit is 1 to " + MAX_BULK + ", not " + limit);
        }
    }

    /** Has the stream written anew, soon, with the same entry ids. */
    public void requestRebuild() {
        client.sql("""
                        with requested as (
                          update dead_letter_stream set rebuild_requested_at = clock_timestamp() returning 1)
                        select pg_notify(?, '') from requested
                        """)
                .param(Channels.DEAD_LETTERS)
                .query((row, number) -> true)
                .list();
    }

    /** Reads the state of the stream, over all tenants. */
    public StreamState streamState() {
        return client.sql("""
                        select numbered + unnumbered as open, undelivered + unnumbered as undelivered, nullif(last_millis, 0) as millis,
                          last_sequence as sequence, rebuild_requested_at, rebuilt_at
                        from dead_letter_stream,
                          (select count(*) as numbered from dead_letter where state = 'OPEN' and entry_millis is not null),
                          (select count(*) as unnumbered from dead_letter where state = 'OPEN' and entry_millis is null),
                          (select count(*) as undelivered from dead_letter
                           where delivered_at is null and entry_millis is not null and state = 'OPEN')
                        """).query(Records.of(StreamState.class)).single();
    }
}
