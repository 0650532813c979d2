package io.agentorchestrator.store.submission;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.row.Records;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The keys under which submissions were accepted, and what was answered. Thread-safe. */
public final class IdempotencyStore {
    private final JdbcClient client;

    public IdempotencyStore(DataSource database) {
        this.client = JdbcClient.create(database);
    }

    /** Finds the answer that was given under this key, unless it has expired. */
    public Optional<StoredAnswer> find(String tenant, String key) {
        return client.sql("""
                        select request_hash, response from idempotency_key
                        where tenant = ? and key = ? and expires_at > now()
                        """)
                .params(tenant, key)
                .query(Records.of(StoredAnswer.class))
                .optional();
    }

    /** Forgets keys that have expired, the oldest first; returns how many it found. */
    public int deleteExpired(int limit) {
        return client.sql("""
                        delete from idempotency_key where (tenant, key) in (
                          select tenant, key from idempotency_key where expires_at < now()
                          order by expires_at limit ? for update skip locked)
                        """).param(limit).update();
    }

    /**
     * Takes the keys of these submissions, within the transaction that stores them. Waits for a transaction that takes one of them at
     * the same time; all take them in one order, so that none waits for another in a circle.
     *
     * @return those whose key was there, by identity
     */
    Set<Submission> takeKeys(Collection<Submission> submissions) {
        Set<Submission> repeated = Collections.newSetFromMap(new IdentityHashMap<>());
        Map<TenantKey, Submission> byKey = new TreeMap<>(TenantKey.ORDER);
        for (Submission submission : submissions) {
            IdempotencyEntry entry = submission.idempotency();
            if (entry != null
                    && byKey.putIfAbsent(new TenantKey(submission.origin().tenant(), entry.key()), submission)
                            != null) {
                repeated.add(submission);
            }
        }
        if (!byKey.isEmpty()) {
            byKey.keySet().removeAll(insert(byKey));
            repeated.addAll(byKey.values());
        }
        return repeated;
    }

    private List<TenantKey> insert(Map<TenantKey, Submission> byKey) {
        List<IdempotencyEntry> entries = byKey.values().stream()
                .map(Submission::idempotency)
                .filter(Objects::nonNull)
                .toList();
        return client.sql("""
                        insert into idempotency_key as k (tenant, key, request_hash, response, created_at, expires_at)
                        select r.tenant, r.key, r.hash, r.response::json, now(), now() + r.millis * interval '1 millisecond'
                        from unnest(?::text[], ?::text[], ?::bytea[], ?::text[], ?::bigint[]) with ordinality
                          as r (tenant, key, hash, response, millis, position)
                        order by r.position
                        on conflict (tenant, key) do update
                        set request_hash = excluded.request_hash, response = excluded.response,
                            created_at = excluded.created_at, expires_at = excluded.expires_at
                        where k.expires_at <= now()
                        returning tenant, key
                        """)
                .params(Columns.of(byKey.keySet()).texts(TenantKey::tenant).texts(TenantKey::key))
                .params(Columns.of(entries)
                        .bytes(IdempotencyEntry::requestHash)
                        .texts(IdempotencyEntry::response)
                        .longs(entry -> entry.lifetime().toMillis()))
                .query(Records.of(TenantKey.class))
                .list();
    }

    /**
     * The answer that a request was given.
     *
     * @param response a JSON document
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record StoredAnswer(byte[] requestHash, String response) {}

    private record TenantKey(String tenant, String key) {
        static final Comparator<TenantKey> ORDER =
                Comparator.comparing(TenantKey::tenant).thenComparing(TenantKey::key);
    }
}
