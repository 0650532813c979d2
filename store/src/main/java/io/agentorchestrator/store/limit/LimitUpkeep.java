package io.agentorchestrator.store.limit;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.limit.LimitReader.Held;
import io.agentorchestrator.store.limit.LimitReader.Lined;
import io.agentorchestrator.store.state.LimitWrites;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.limit.CapacityLimit;
import io.agentorchestrator.workflows.limit.LimitUse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Puts tasks in line again for which limits have room, and forgets what counts no more. One process does so at a time. What it puts in line a claim
 * still asks the {@link LimitGate} for. To be used by one thread at a time.
 */
public final class LimitUpkeep {
    /** Kinds of held tasks that a round looks at; the next one goes on after them. */
    static final int MAX_KINDS = 1_000;

    /** Tasks that a round puts in line at most. */
    static final int MAX_IN_LINE = 1_000;

    static final int MAX_FORGOTTEN = 10_000;

    /** Attempts of a type that its mean of tokens goes by, about: when there are twice as many, each counts for half. */
    private static final int REMEMBERED_ATTEMPTS = 1_000;

    private final JdbcClient client;
    private final RetryingTransaction transaction;
    private final LimitReader reader;
    private final LimitWrites writes;
    private final LiveLimits limits;
    private Held last = Held.FIRST;

    public LimitUpkeep(DataSource database, LiveLimits limits) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
        this.reader = new LimitReader(database);
        this.writes = new LimitWrites(client);
        this.limits = limits;
    }

    /**
     * Puts the best of what is held in line: for each key and type as many as {@link LineRoom} says. Types are apart, so that one that no agent
     * serves keeps no other waiting.
     *
     * @return whether anything is held for a limit, as far as was looked
     */
    public boolean putInLine() {
        return Boolean.TRUE.equals(transaction.execute(status -> !isMine() || lineUp()));
    }

    /** Takes the lock of the one process that sees to limits, until the transaction ends; false if another has it. */
    private boolean isMine() {
        return client.sql("""
                        select pg_try_advisory_xact_lock(hashtext('orchestrator.limits')), set_config('synchronous_commit', 'off', true)""").query((row, number) -> row.getBoolean(1)).single();
    }

    private boolean lineUp() {
        List<Held> held = reader.held(last, MAX_KINDS);
        boolean isRest = !last.equals(Held.FIRST);
        last = held.size() < MAX_KINDS ? Held.FIRST : held.getLast();
        if (held.isEmpty()) {
            return isRest;
        }
        Set<String> keys = new TreeSet<>();
        held.forEach(kind -> keys.add(kind.key()));
        Map<String, LimitUse> use = reader.use(keys, limits::ofKey);
        Map<Held, Lined> lined = reader.lined();
        Map<String, Double> means = new HashMap<>();
        if (keys.stream()
                .anyMatch(key ->
                        limits.ofKey(key).map(CapacityLimit::maxTokensPerMinute).isPresent())) {
            means.putAll(reader.tokenMeans());
        }
        List<LimitWrites.Kind> kinds = new ArrayList<>();
        int left = MAX_IN_LINE;
        for (Held kind : held) {
            Optional<CapacityLimit> limit = limits.ofKey(kind.key());
            int room = limit.map(of -> use.getOrDefault(kind.key(), LimitUse.NONE)
                            .room(of, LimitUse.expectedTokens(of, means.getOrDefault(kind.taskType(), -1.0))))
                    .orElse(MAX_IN_LINE);
            int most = Math.min(
                    left, limit.isPresent() ? LineRoom.most(room, lined.getOrDefault(kind, Lined.NONE)) : room);
            if (most > 0) {
                kinds.add(new LimitWrites.Kind(kind.reason(), kind.taskType(), most));
                left -= most;
            }
        }
        if (writes.putInLine(kinds) > 0) {
            Channels.notify(client, Channels.BACKLOG);
        }
        return true;
    }

    /**
     * Deletes uses that count no more, {@value #MAX_FORGOTTEN} at most, and keeps how many tokens attempts used, by type.
     *
     * @return whether there may be more to delete
     */
    public boolean forget() {
        return Boolean.TRUE.equals(transaction.execute(status -> isMine() && deleteUses() == MAX_FORGOTTEN));
    }

    private int deleteUses() {
        return client.sql("""
                        with gone as (
                          delete from limit_use where ctid = any(array(
                            select ctid from limit_use where at < now() - 2 * %d * interval '1 millisecond' limit %d))
                          returning task_type, attempt_tokens
                        ), kept as (
                        insert into token_mean as m (task_type, attempts, tokens)
                        select task_type, count(*), sum(attempt_tokens) from gone where attempt_tokens is not null group by task_type
                        on conflict (task_type) do update
                        set attempts = (m.attempts + excluded.attempts) / case when m.attempts > %3$d then 2 else 1 end,
                            tokens = trunc((m.tokens + excluded.tokens) / case when m.attempts > %3$d then 2 else 1 end)
                        )
                        select count(*) from gone
                        """.formatted(LimitUse.MINUTE_MILLIS, MAX_FORGOTTEN, 2 * REMEMBERED_ATTEMPTS))
                .query(Integer.class)
                .single();
    }
}
