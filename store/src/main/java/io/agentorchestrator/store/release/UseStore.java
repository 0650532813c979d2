package io.agentorchestrator.store.release;

import io.agentorchestrator.store.row.Records;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Keeps what tenants have used, each second of it halved with each half-life since. Stored is the use as of a fixed time, so that decay changes no row:
 *
 * <pre>stored = Σ used × 2^((when − since) / half_life)        use now = stored × 2^(−(now − since) / half_life)</pre>
 *
 * <p>{@link #rescale} moves that time on before numbers grow too large. Throws {@code DataAccessException}s. Thread-safe.
 */
public final class UseStore {
    /** Tenants that are read beside those asked for: those that have used most. */
    static final int MAX_READ = 500;

    /** Half-lives after which the fixed time moves on: 2^100 times what is used is far from what a double cannot hold. */
    private static final int MAX_HALF_LIVES = 100;
    /** Seconds of slots that are not worth a row. */
    private static final double FORGOTTEN = 0.001;

    private static final String NOW =
            "power(2, extract(epoch from clock_timestamp() - s.since)::float8 / s.half_life_seconds)";

    private final JdbcClient client;

    public UseStore(DataSource database) {
        this.client = JdbcClient.create(database);
    }

    /** Adds seconds of slots that tenants have used just now, in the order of their names. */
    public void add(SortedMap<String, Double> seconds) {
        if (seconds.isEmpty()) {
            return;
        }
        client.sql("""
                        with s as materialized (select * from use_scale for share)
                        insert into tenant_use as u (tenant, scaled)
                        select a.tenant, a.seconds * %s from unnest(?::text[], ?::float8[]) as a(tenant, seconds), s
                        order by a.tenant
                        on conflict (tenant) do update set scaled = u.scaled + excluded.scaled
                        """.formatted(NOW))
                .params(
                        seconds.keySet().toArray(String[]::new),
                        seconds.values().toArray(Double[]::new))
                .update();
    }

    /** The use of these tenants, and of the {@value #MAX_READ} that have used most; who has used nothing is missing. */
    public Map<String, Double> uses(Collection<String> tenants) {
        return Records.byKey(
                client.sql("""
                        select u.tenant, u.scaled / %s from tenant_use u, use_scale s
                        where u.tenant = any(?) or u.tenant in (select tenant from tenant_use order by scaled desc, tenant limit ?)
                        """.formatted(NOW)).params(tenants.toArray(String[]::new), MAX_READ),
                String.class,
                (row, number) -> row.getDouble(2));
    }

    /** The weights of tenants of which somebody has said something. */
    public Map<String, Double> weights() {
        return Records.byKey(
                client.sql("select name, weight from tenant where weight <> 1"),
                String.class,
                (row, number) -> row.getDouble(2));
    }

    /** Goes by this half-life from now on, and forgets who has used next to nothing. Does nothing while there is no need. */
    public void rescale(Duration halfLife) {
        client.sql("""
                        with old as materialized (
                          select * from use_scale s
                          where s.half_life_seconds <> :halfLife
                             or now() - s.since > :most * s.half_life_seconds * interval '1 second' for update
                        ), gone as (
                          delete from tenant_use u using old s where u.scaled / %1$s < :forgotten
                        ), moved as (
                          update tenant_use u set scaled = u.scaled / %1$s from old s where u.scaled / %1$s >= :forgotten
                        )
                        update use_scale n set since = now(), half_life_seconds = :halfLife from old
                        """.formatted(NOW.replace("clock_timestamp()", "now()")))
                .param("halfLife", halfLife.toMillis() / 1_000.0)
                .param("most", MAX_HALF_LIVES)
                .param("forgotten", FORGOTTEN)
                .update();
    }
}
