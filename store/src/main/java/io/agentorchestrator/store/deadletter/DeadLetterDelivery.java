package io.agentorchestrator.store.deadletter;

import static io.agentorchestrator.store.deadletter.DeadLetterRows.IS_OPEN_ENTRY;

import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.transaction.ExclusiveWork;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The store's part in delivering dead letters: one deliverer numbers them and writes them to the stream. What breaks off between
 * two of these calls is found undone by the next deliverer.
 *
 * <p>Statements that change several rows pass over those that somebody else holds: who holds them takes them out of the stream, or gives
 * up; and two who change many never wait for each other in a circle. Throws {@code DataAccessException}s. Thread-safe.
 */
public final class DeadLetterDelivery {
    private final JdbcClient client;
    private final ExclusiveWork delivery;
    private final RetryingTransaction transaction;
    /** The request that the rebuild under way answers. */
    private final AtomicReference<@Nullable OffsetDateTime> requestSeen = new AtomicReference<>();

    public DeadLetterDelivery(DataSource database) {
        this.client = JdbcClient.create(database);
        this.delivery = new ExclusiveWork(database, "orchestrator.dead_letters");
        this.transaction = new RetryingTransaction(database);
    }

    /**
     * Does this work as the one deliverer, unless somebody is that already. It takes a connection for as long as it lasts. Who loses that
     * connection meanwhile is not told: numbers stay unique and ascending all the same, and the stream refuses ids twice.
     *
     * @return whether it was done
     */
    public boolean exclusively(Runnable work) {
        return delivery.exclusively(work);
    }

    /**
     * Gives entry ids to dead letters that have none, in the order in which they failed as far as it is known, consecutive within a call.
     * Ids ascend, also while the clock stands or steps back.
     *
     * @return how many it numbered
     */
    public int number(int limit) {
        return transaction.execute(status -> {
            Last last = client.sql("""
                    select last_millis as millis, last_sequence as sequence,
                      greatest(last_millis, floor(extract(epoch from clock_timestamp()) * 1000)::bigint) as next_millis
                    from dead_letter_stream for update
                    """).query(Records.of(Last.class)).single();
            return number(last, limit);
        });
    }

    private int number(Last last, int limit) {
        long first = last.nextSequence();
        int numbered = client.sql("""
                with unnumbered as (
                  select task_id, failed_at from dead_letter
                  where entry_millis is null and state = 'OPEN'
                  order by failed_at, task_id limit ? for update skip locked
                ), numbered as (
                  select task_id, row_number() over (order by failed_at, task_id) - 1 as position from unnumbered
                )
                update dead_letter d set entry_millis = ?, entry_sequence = ? + n.position
                from numbered n where d.task_id = n.task_id and d.state = 'OPEN'
                """).params(limit, last.nextMillis(), first).update();
        if (numbered > 0) {
            client.sql("update dead_letter_stream set last_millis = ?, last_sequence = ?")
                    .params(last.nextMillis(), first + numbered - 1)
                    .update();
        }
        return numbered;
    }

    /** OPEN entries that the stream may not have yet, ascending. */
    public List<DeadLetter> undelivered(int limit) {
        return client.sql(DeadLetterRows.SELECT + "where " + IS_OPEN_ENTRY + """
                         and d.delivered_at is null
                        order by d.entry_millis, d.entry_sequence limit ?
                        """)
                .param(limit)
                .query(Records.of(DeadLetter.class))
                .list();
    }

    /** OPEN entries, whether the stream has them or not, ascending: what a rebuild replays. */
    public List<DeadLetter> openAfter(@Nullable EntryId after, int limit) {
        return client.sql(DeadLetterRows.SELECT + "where " + IS_OPEN_ENTRY + """
                         and (d.entry_millis, d.entry_sequence) > (?, ?)
                        order by d.entry_millis, d.entry_sequence limit ?
                        """)
                .params(after == null ? -1 : after.millis(), after == null ? -1 : after.sequence(), limit)
                .query(Records.of(DeadLetter.class))
                .list();
    }

    /** The stream has these. */
    public void delivered(Collection<EntryId> entries) {
        client.sql("""
                update dead_letter d set delivered_at = now()
                from (select entry_millis, entry_sequence from dead_letter
                      where (entry_millis, entry_sequence) in (select * from unnest(?::bigint[], ?::bigint[]))
                        and delivered_at is null
                      for update skip locked) o
                where d.entry_millis = o.entry_millis and d.entry_sequence = o.entry_sequence
                """).params(DeadLetterRows.entries(entries)).update();
    }

    /** Entries that are to leave the stream, ascending; it may never have had them. */
    public List<EntryId> removals(int limit) {
        return client.sql("""
                select entry_millis as millis, entry_sequence as sequence from dead_letter_removal
                order by entry_millis, entry_sequence limit ?
                """).param(limit).query(Records.of(EntryId.class)).list();
    }

    /** The stream does not have these any more. */
    public void removed(Collection<EntryId> entries) {
        client.sql("""
                delete from dead_letter_removal
                where (entry_millis, entry_sequence) in (select * from unnest(?::bigint[], ?::bigint[]))
                """).params(DeadLetterRows.entries(entries)).update();
    }

    /**
     * Deletes the oldest OPEN entries: those beyond a number, and those that were given their ids longer ago than {@code maxAge}. Both are
     * a beginning of the same line, so the longer one goes.
     *
     * @param limit how many at most
     * @return how many it deleted
     */
    public int retire(int maxLength, Duration maxAge, int limit) {
        return client.sql("""
                with beyond as materialized (
                  select greatest(
                    (select count(*) from dead_letter d where %1$s) - ?,
                    (select count(*) from dead_letter d
                     where %1$s and d.entry_millis < floor(extract(epoch from now()) * 1000)::bigint - ?)) as entries
                ), oldest as materialized (
                  select d.task_id, d.entry_millis, d.entry_sequence from dead_letter d
                  where %1$s
                  order by d.entry_millis, d.entry_sequence
                  limit (select greatest(0, least(entries, ?)) from beyond)
                ), held as (
                  select d.task_id from dead_letter d
                  join oldest o on o.task_id = d.task_id and o.entry_millis = d.entry_millis
                    and o.entry_sequence = d.entry_sequence
                  where d.state = 'OPEN'
                  for update of d skip locked
                )
                update dead_letter d set state = 'DELETED', left_at = now()
                from held h where d.task_id = h.task_id and d.state = 'OPEN'
                """.formatted(IS_OPEN_ENTRY))
                .params(maxLength, maxAge.toMillis(), limit)
                .update();
    }

    /**
     * Forgets dead letters that ceased to be open long ago: what became of them is not known by their entry ids any more.
     *
     * @return how many it forgot
     */
    public int forget(Duration age, int limit) {
        return client.sql("""
                delete from dead_letter where (task_id, run_number) in (
                  select task_id, run_number from dead_letter
                  where state <> 'OPEN' and left_at < now() - ? * interval '1 millisecond'
                  order by left_at limit ? for update skip locked)
                """).params(age.toMillis(), limit).update();
    }

    /** Tells whether somebody wants the stream written anew. */
    public boolean isRebuildRequested() {
        Optional<OffsetDateTime> requested = client.sql(
                        "select rebuild_requested_at from dead_letter_stream where rebuild_requested_at is not null")
                .query(OffsetDateTime.class)
                .optional();
        requestSeen.set(requested.orElse(null));
        return requested.isPresent();
    }

    /**
     * The stream was written anew. A request that {@link #isRebuildRequested()} has not seen before that is left: it may be about what
     * happened since.
     */
    public void rebuilt() {
        OffsetDateTime seen = requestSeen.getAndSet(null);
        client.sql("""
                update dead_letter_stream
                set rebuilt_at = now(),
                    rebuild_requested_at = case when rebuild_requested_at > coalesce(?::timestamptz, '-infinity')
                                                then rebuild_requested_at end
                """).param(seen).update();
    }

    /** Dead letters that are OPEN, numbered or not. */
    public long countOpen() {
        return client.sql("""
                select (select count(*) from dead_letter where state = 'OPEN' and entry_millis is not null)
                  + (select count(*) from dead_letter where state = 'OPEN' and entry_millis is null)
                """).query(Long.class).single();
    }

    /**
     * The last id that was given.
     *
     * @param nextMillis what the clock says now, and not less than {@code millis}
     */
    private record Last(long millis, long sequence, long nextMillis) {
        long nextSequence() {
            return nextMillis == millis ? sequence + 1 : 0;
        }
    }
}
