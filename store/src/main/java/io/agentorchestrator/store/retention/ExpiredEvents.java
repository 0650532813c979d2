package io.agentorchestrator.store.retention;

import io.agentorchestrator.store.row.Records;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Deletes events that are old, tenant by tenant in the order of their positions, but for those of runs that have not ended: whoever follows
 * one sees it from its beginning. A lap goes on where the one before met what it kept. Not thread-safe.
 */
public final class ExpiredEvents {
    private static final int FULL_LAP_EVERY = 100;
    private static final Position BEGINNING = new Position("0", 0);

    private final JdbcClient client;
    private final int batchSize;
    private final Deque<String> tenants = new ArrayDeque<>();
    private Map<String, Position> lapFrom = new HashMap<>();
    private Map<String, Position> nextLapFrom = new HashMap<>();
    private @Nullable Position position;
    private boolean keptSome;
    private int laps;

    /** @param batchSize events that are looked at in one transaction */
    public ExpiredEvents(DataSource database, int batchSize) {
        this.client = JdbcClient.create(database);
        this.batchSize = batchSize;
    }

    /**
     * Deletes a batch.
     *
     * @return whether the lap goes on
     */
    public boolean next(Cutoff cutoff) {
        if (tenants.isEmpty() && position == null) {
            tenants.addAll(tenants());
        }
        String tenant = tenants.peek();
        if (tenant != null) {
            sweep(tenant, cutoff);
        }
        if (tenants.isEmpty()) {
            endLap();
            return false;
        }
        return true;
    }

    private void endLap() {
        laps++;
        lapFrom = laps % FULL_LAP_EVERY == 0 ? new HashMap<>() : nextLapFrom;
        nextLapFrom = new HashMap<>();
    }

    private void sweep(String tenant, Cutoff cutoff) {
        Position from = position == null ? lapFrom.getOrDefault(tenant, BEGINNING) : position;
        Batch batch = read(tenant, from, cutoff.below());
        if (batch.seen() > 0) {
            int deleted = delete(tenant, from, batch.last(), cutoff.below());
            if (deleted < batch.seen() && !keptSome) {
                keptSome = true;
                nextLapFrom.put(tenant, from);
            }
        }
        if (batch.old() == batchSize) {
            position = batch.last();
            return;
        }
        nextLapFrom.putIfAbsent(tenant, from);
        tenants.poll();
        position = null;
        keptSome = false;
    }

    /** Positions ascend in time, so the first batch that is not all old is the tenant's last. */
    private Batch read(String tenant, Position from, UUID below) {
        return client.sql("""
                        select count(*) as seen, count(*) filter (where event_id < :below) as old,
                          coalesce((array_agg(xid order by xid desc, sequence desc))[1]::text, :xid) as xid,
                          coalesce((array_agg(sequence order by xid desc, sequence desc))[1], :sequence) as sequence
                        from (select event_id, xid, sequence from event
                              where tenant = :tenant and (xid, sequence) > (:xid::text::xid8, :sequence)
                              order by xid, sequence limit :limit) e
                        """)
                .params(parameters(tenant, from))
                .param("below", below)
                .param("limit", batchSize)
                .query(Records.of(Batch.class))
                .single();
    }

    private int delete(String tenant, Position from, Position last, UUID below) {
        return client.sql("""
                        with removed as (
                          delete from event e
                          where tenant = :tenant and (xid, sequence) > (:xid::text::xid8, :sequence)
                            and (xid, sequence) <= (:last_xid::text::xid8, :last_sequence) and event_id < :below
                            and (run_id is null or not exists (
                                  select from run r where r.run_id = e.run_id
                                    and r.status not in ('COMPLETED', 'FAILED', 'CANCELLED')))
                          returning xid, sequence),
                        noted as (
                          insert into removed_events as n (tenant, xid, sequence)
                          select :tenant, xid, sequence from removed order by xid desc, sequence desc limit 1
                          on conflict (tenant) do update set xid = excluded.xid, sequence = excluded.sequence
                          where (n.xid, n.sequence) < (excluded.xid, excluded.sequence))
                        select count(*) from removed
                        """)
                .params(parameters(tenant, from))
                .param("last_xid", last.xid())
                .param("last_sequence", last.sequence())
                .param("below", below)
                .query(Integer.class)
                .single();
    }

    private static Map<String, Object> parameters(String tenant, Position from) {
        return Map.of("tenant", tenant, "xid", from.xid(), "sequence", from.sequence());
    }

    /** One look into the index for each. */
    private List<String> tenants() {
        return client.sql("""
                        with recursive t (tenant) as (
                          (select tenant from event order by tenant limit 1)
                          union all
                          select (select e.tenant from event e where e.tenant > t.tenant order by e.tenant limit 1)
                          from t where t.tenant is not null)
                        select tenant from t where tenant is not null
                        """).query(String.class).list();
    }

    private record Position(String xid, long sequence) {}

    /** @param old how many of those that were seen are old */
    private record Batch(int seen, int old, Position last) {}
}
