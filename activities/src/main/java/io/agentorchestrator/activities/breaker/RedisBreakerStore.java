package io.agentorchestrator.activities.breaker;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Circuit breakers in Redis: one hash {@code circuit_breaker:<agent_id>} each, replaced by compare-and-set. Calls wait for Redis
 * no longer than {@link #TIMEOUT} each, and one more where they have to connect first. Thread-safe.
 */
public final class RedisBreakerStore implements BreakerStore {
    static final String KEY_PREFIX = "circuit_breaker:";
    /** How long Redis has for an answer. */
    static final Duration TIMEOUT = Duration.ofMillis(250);

    /** After which a breaker that does not change is forgotten; workers that still know it write it again. */
    private static final Duration KEPT = Duration.ofDays(7);
    /** Breakers asked for at a time. */
    private static final int MAX_IN_FLIGHT = 500;

    /** KEYS: the hash; ARGV: expected version, time to live in milliseconds, the fields. Returns 1, or 0 and what is there. */
    private static final String SWAP = """
            local stored = tonumber(redis.call('HGET', KEYS[1], 'version') or '0') or 0
            if stored ~= tonumber(ARGV[1]) then
              return {'0', unpack(redis.call('HGETALL', KEYS[1]))}
            end
            redis.call('DEL', KEYS[1])
            redis.call('HSET', KEYS[1], unpack(ARGV, 3))
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            return {'1'}
            """;

    private final RedisClient client;
    private @Nullable StatefulRedisConnection<String, String> connection;
    private boolean closed;

    /**
     * Connects on first use.
     *
     * @param uri of the server; its timeout is not looked at
     */
    public RedisBreakerStore(RedisURI uri) {
        client = RedisClient.create(RedisURI.builder(uri).withTimeout(TIMEOUT).build());
        // Whoever calls decides when to try again, so a broken connection is not mended behind our back.
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(SocketOptions.builder().connectTimeout(TIMEOUT).build())
                .timeoutOptions(TimeoutOptions.enabled(TIMEOUT))
                .build());
    }

    @Override
    public synchronized Map<String, Breaker> load(Collection<String> agentIds) {
        return orAway(() -> read(agentIds));
    }

    @Override
    public synchronized Breaker swap(String agentId, long expectedVersion, Breaker next) {
        return orAway(() -> write(agentId, expectedVersion, next));
    }

    private static <T> T orAway(Supplier<T> call) {
        try {
            return call.get();
        } catch (RedisException away) {
            throw new BreakerStoreAwayException(away);
        }
    }

    private Map<String, Breaker> read(Collection<String> agentIds) {
        Map<String, Breaker> found = new HashMap<>();
        List<String> ids = List.copyOf(agentIds);
        for (int from = 0; from < ids.size(); from += MAX_IN_FLIGHT) {
            Map<String, RedisFuture<Map<String, String>>> answers = new LinkedHashMap<>();
            for (String id : ids.subList(from, Math.min(ids.size(), from + MAX_IN_FLIGHT))) {
                answers.put(id, connection().async().hgetall(KEY_PREFIX + id));
            }
            await(answers.values());
            answers.forEach((id, answer) -> {
                Map<String, String> fields = answer.resultNow();
                if (!fields.isEmpty()) {
                    found.put(id, BreakerFields.read(fields));
                }
            });
        }
        return found;
    }

    private Breaker write(String agentId, long expectedVersion, Breaker next) {
        List<String> arguments = new ArrayList<>();
        arguments.add(Long.toString(expectedVersion));
        arguments.add(Long.toString(KEPT.toMillis()));
        BreakerFields.write(next).forEach((name, value) -> {
            arguments.add(name);
            arguments.add(value);
        });
        RedisFuture<List<String>> answer = connection()
                .async()
                .eval(
                        SWAP,
                        ScriptOutputType.MULTI,
                        new String[] {KEY_PREFIX + agentId},
                        arguments.toArray(String[]::new));
        await(List.of(answer));
        List<String> said = answer.resultNow();
        if (said.getFirst().equals("1")) {
            return next;
        }
        Map<String, String> fields = new HashMap<>();
        for (int i = 1; i + 1 < said.size(); i += 2) {
            fields.put(said.get(i), said.get(i + 1));
        }
        return fields.isEmpty() ? Breaker.NONE : BreakerFields.read(fields);
    }

    @Override
    public synchronized void close() {
        closed = true;
        hangUp();
        client.shutdown(Duration.ZERO, TIMEOUT);
    }

    /** Waits for the answers, and gives the connection up where one does not come: it may be dead without anybody saying so. */
    private void await(Collection<? extends Future<?>> answers) {
        boolean answered = false;
        try {
            answered = LettuceFutures.awaitAll(TIMEOUT, answers.toArray(Future[]::new));
        } finally {
            if (!answered) {
                hangUp();
            }
        }
        if (!answered) {
            throw new RedisCommandTimeoutException("Redis has not answered within " + TIMEOUT.toMillis() + " ms");
        }
    }

    private StatefulRedisConnection<String, String> connection() {
        if (closed) {
            throw new RedisException("the store of circuit breakers is closed");
        }
        StatefulRedisConnection<String, String> known = connection;
        if (known != null && known.isOpen()) {
            return known;
        }
        hangUp();
        StatefulRedisConnection<String, String> opened = client.connect();
        connection = opened;
        return opened;
    }

    private void hangUp() {
        if (connection != null) {
            var _ = connection.closeAsync();
            connection = null;
        }
    }
}
