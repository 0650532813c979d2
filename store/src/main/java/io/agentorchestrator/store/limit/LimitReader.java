package io.agentorchestrator.store.limit;

import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.state.LimitWrites;
import io.agentorchestrator.store.state.PausedRuns;
import io.agentorchestrator.workflows.limit.CapacityLimit;
import io.agentorchestrator.workflows.limit.LimitUse;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what is used of limits, and who waits for them. Thread-safe. */
public final class LimitReader {
    /** Tasks that wait for a limit are counted up to so many. */
    public static final int MAX_COUNTED = 10_000;

    /** Keys of all limits together that an answer tells of at most. */
    public static final int MAX_KEYS = 10_000;

    private static final String OUT = "s.status in ('RELEASED', 'DISPATCHED', 'RUNNING') and s.limit_keys is not null";

    /** Time between two reads of the means of tokens. */
    static final Duration MEANS_EVERY = Duration.ofSeconds(1);

    /** Tasks that were put in line lately and are counted, at most. */
    private static final int MAX_LINED = 20_000;

    private final JdbcClient client;
    private final LongSupplier nanoTime;
    private volatile @Nullable Means means;

    public LimitReader(DataSource database) {
        this(database, System::nanoTime);
    }

    LimitReader(DataSource database, LongSupplier nanoTime) {
        this.client = JdbcClient.create(database);
        this.nanoTime = nanoTime;
    }

    /** The keys of these tasks; those that have none are left out. */
    Map<UUID, List<String>> keys(List<UUID> tasks) {
        return Records.byKey(
                client.sql(
                                "select task_id, limit_keys from task_state where task_id = any(?) and limit_keys is not null")
                        .param(tasks.toArray(UUID[]::new)),
                UUID.class,
                (row, number) -> List.of((String[]) row.getArray(2).getArray()));
    }

    /**
     * Reads the use of these keys now; a key that is missing is not used. One statement, so that no task is between out and started.
     *
     * @param limits of the keys, where there are any still
     */
    Map<String, LimitUse> use(Collection<String> keys, Function<String, Optional<CapacityLimit>> limits) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        String[] wanted = keys.toArray(String[]::new);
        return counted(
                client.sql("""
                        select k.key, s.task_type, count(*), count(*) filter (where s.status <> 'RUNNING'), 0, 0
                        from task_state s cross join lateral unnest(s.limit_keys) as k(key)
                        where %1$s and s.limit_keys && ?::text[] and k.key = any(?)
                        group by k.key, s.task_type
                        union all
                        select u.limit_key, null, 0, 0, sum(u.starts), least(sum(u.tokens), %3$d)::bigint
                        from limit_use u where u.limit_key = any(?) and u.at > now() - %2$d * interval '1 millisecond'
                        group by u.limit_key
                        """.formatted(OUT, LimitUse.MINUTE_MILLIS, LimitUse.MAX_TOKENS))
                        .params(wanted, wanted, wanted),
                limits);
    }

    /** Reads the use of all keys, {@value #MAX_KEYS} at most. */
    public Map<String, LimitUse> use(Function<String, Optional<CapacityLimit>> limits) {
        return counted(client.sql("""
                        select * from (
                          select k.key, s.task_type, count(*), count(*) filter (where s.status <> 'RUNNING'), 0, 0
                          from task_state s cross join lateral unnest(s.limit_keys) as k(key)
                          where %1$s
                          group by k.key, s.task_type limit %3$d) o
                        union all
                        select * from (
                          select u.limit_key, null, 0, 0, sum(u.starts), least(sum(u.tokens), %4$d)::bigint
                          from limit_use u where u.at > now() - %2$d * interval '1 millisecond'
                          group by u.limit_key limit %3$d) u
                        """.formatted(OUT, LimitUse.MINUTE_MILLIS, MAX_KEYS, LimitUse.MAX_TOKENS)), limits);
    }

    private Map<String, LimitUse> counted(
            JdbcClient.StatementSpec statement, Function<String, Optional<CapacityLimit>> limits) {
        Map<String, LimitUse> use = new HashMap<>();
        Map<String, Double> means = new HashMap<>();
        statement.query((ResultSet row) -> {
            String key = row.getString(1);
            String type = row.getString(2);
            int out = row.getInt(3);
            long expected = 0;
            Optional<CapacityLimit> limit = limits.apply(key);
            if (type != null && limit.isPresent() && limit.get().maxTokensPerMinute() != null) {
                if (means.isEmpty()) {
                    means.putAll(tokenMeans());
                    means.putIfAbsent("", -1.0);
                }
                expected = LimitUse.expectedTokens(limit.get(), means.getOrDefault(type, -1.0), out);
            }
            LimitUse more = new LimitUse(out, row.getInt(4), row.getInt(5), row.getLong(6), expected);
            use.merge(key, more, LimitUse::plus);
        });
        return use;
    }

    /**
     * The mean of tokens that an attempt of each type used, of those that used any: as it was within the last {@link #MEANS_EVERY}, since claims ask for it
     * under their lock, and a minute of uses is read for it.
     */
    Map<String, Double> tokenMeans() {
        Means known = means;
        long now = nanoTime.getAsLong();
        if (known == null || now - known.readAt() >= MEANS_EVERY.toNanos()) {
            known = new Means(readTokenMeans(), now);
            means = known;
        }
        return known.byType();
    }

    private Map<String, Double> readTokenMeans() {
        return Records.byKey(client.sql("""
                        select task_type, sum(tokens)::float8 / sum(attempts) from (
                          select task_type, attempts, tokens from token_mean
                          union all
                          select task_type, 1, attempt_tokens from limit_use where attempt_tokens is not null) u
                        group by task_type
                        """), String.class, (row, number) -> row.getDouble(2));
    }

    /**
     * The keys for which tasks are held, by type, in the order of both.
     *
     * @param after where to go on
     */
    List<Held> held(Held after, int limit) {
        return client.sql("""
                        with recursive h(held_by, task_type) as (
                          (select s.held_by, s.task_type from task_state s
                           where s.status = 'QUEUED' and (s.held_by, s.task_type) > (?, ?)
                           order by s.held_by, s.task_type limit 1)
                          union all
                          select n.* from h cross join lateral (
                            select s.held_by, s.task_type from task_state s
                            where s.status = 'QUEUED' and (s.held_by, s.task_type) > (h.held_by, h.task_type)
                            order by s.held_by, s.task_type limit 1) n
                          where h.held_by < ?
                        )
                        select held_by, task_type from h where held_by < ? limit ?
                        """)
                .params(after.reason(), after.taskType(), LimitWrites.AFTER_REASONS, LimitWrites.AFTER_REASONS, limit)
                .query((row, number) -> new Held(row.getString(1), row.getString(2)))
                .list();
    }

    /** Counts the tasks of each type, key and tenant that were put in line lately, the newest {@value #MAX_LINED}; of paused runs none is in line. */
    Map<Held, Map<String, Lined>> lined() {
        Map<Held, Map<String, Lined>> counts = new HashMap<>();
        client.sql("""
                        select k.key, s.task_type, s.tenant, count(*) filter (where s.fresh and s.in_line), count(*) filter (where s.fresh),
                          count(*) filter (where s.in_line and not s.fresh)
                        from (
                          select l.limit_keys, l.task_type, l.tenant, l.lined_at > now() - %1$d * interval '1 millisecond' as fresh,
                            l.held_by = l.selector_key and (l.run_id is null or l.run_id not in (%2$s)) as in_line
                          from task_state l
                          where l.status = 'QUEUED' and l.limit_keys is not null and l.lined_at > now() - 2 * %1$d * interval '1 millisecond'
                          order by l.lined_at desc limit %3$d) s
                        cross join lateral unnest(s.limit_keys) as k(key)
                        group by k.key, s.task_type, s.tenant
                        """.formatted(LineRoom.STALE_AFTER.toMillis(), PausedRuns.IDS, MAX_LINED))
                .query((ResultSet row) -> {
                    Held kind = new Held(LimitWrites.reason(row.getString(1)), row.getString(2));
                    counts.computeIfAbsent(kind, of -> new HashMap<>())
                            .put(row.getString(3), new Lined(row.getInt(4), row.getInt(5), row.getInt(6)));
                });
        return counts;
    }

    /** Counts the tasks that are held for each key of these limits; of each limit up to {@value #MAX_COUNTED} are counted. */
    public Map<String, Integer> waiting(Collection<String> names) {
        return Records.byKey(
                client.sql("""
                        select substr(h.held_by, ?), count(*) from unnest(?::text[]) as l(name) cross join lateral (
                          select s.held_by from task_state s
                          where s.status = 'QUEUED'
                            and s.held_by >= ? || l.name || ':' and s.held_by < ? || l.name || ';'
                          order by s.held_by limit ?) h
                        group by 1
                        """)
                        .params(
                                LimitWrites.REASON.length() + 1,
                                names.toArray(String[]::new),
                                LimitWrites.REASON,
                                LimitWrites.REASON,
                                MAX_COUNTED),
                String.class,
                (row, number) -> row.getInt(2));
    }

    /**
     * Finds the keys under which a tenant has tasks: out of the backlog, or among the {@value #MAX_COUNTED} of each of these limits that are counted as held;
     * {@value #MAX_KEYS} at most.
     */
    public Set<String> keysOf(String tenant, Collection<String> names) {
        return Set.copyOf(client.sql("""
                        select * from (
                          select k.key from task_state s cross join lateral unnest(s.limit_keys) as k(key)
                          where %s and s.tenant = ?
                          union
                          select substr(h.held_by, ?) from unnest(?::text[]) as l(name) cross join lateral (
                            select s.held_by, s.tenant from task_state s
                            where s.status = 'QUEUED'
                              and s.held_by >= ? || l.name || ':' and s.held_by < ? || l.name || ';'
                            order by s.held_by limit ?) h
                          where h.tenant = ?) k
                        limit ?
                        """.formatted(OUT))
                .params(
                        tenant,
                        LimitWrites.REASON.length() + 1,
                        names.toArray(String[]::new),
                        LimitWrites.REASON,
                        LimitWrites.REASON,
                        MAX_COUNTED,
                        tenant,
                        MAX_KEYS)
                .query(String.class)
                .list());
    }

    /** Reads the use of one key, and when the oldest start that counts ceases to. */
    public Standing standing(CapacityLimit limit, String key) {
        LimitUse use = use(List.of(key), any -> Optional.of(limit)).getOrDefault(key, LimitUse.NONE);
        Instant next = client.sql("""
                        select min(at) + %1$d * interval '1 millisecond' as next from limit_use
                        where limit_key = ? and at > now() - %1$d * interval '1 millisecond'
                        """.formatted(LimitUse.MINUTE_MILLIS))
                .param(key)
                .query((row, number) -> Optional.ofNullable(Records.instant(row, "next")))
                .single()
                .orElse(null);
        return new Standing(use, Optional.ofNullable(next));
    }

    /**
     * The use of a key.
     *
     * @param next when the oldest use of the last minute ceases to count
     */
    public record Standing(LimitUse use, Optional<Instant> next) {}

    /** The mean of tokens of each type, as it was read once. */
    private record Means(Map<String, Double> byType, long readAt) {}

    /**
     * The tasks of a type, key and tenant that were put in line lately and are queued still.
     *
     * @param inLine for less than {@link LineRoom#STALE_AFTER}
     * @param put in the same time, whether they are in line still or were held again
     * @param stale in line for longer, though less than twice as long
     */
    record Lined(int inLine, int put, int stale) {
        static final Lined NONE = new Lined(0, 0, 0);

        Lined plus(Lined more) {
            return new Lined(inLine + more.inLine, put + more.put, stale + more.stale);
        }
    }

    /** Tasks of a type that are held for the same. */
    record Held(String reason, String taskType) {
        /** Before all that is held for limits. */
        static final Held FIRST = new Held(LimitWrites.REASON, "");

        String key() {
            return reason.substring(LimitWrites.REASON.length());
        }
    }
}
