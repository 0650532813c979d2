package io.agentorchestrator.store.limit;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.limit.LimitReader.Held;
import io.agentorchestrator.store.limit.LimitReader.Lined;
import io.agentorchestrator.store.release.UseStore;
import io.agentorchestrator.store.state.LimitWrites;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import io.agentorchestrator.workflows.limit.CapacityLimit;
import io.agentorchestrator.workflows.limit.LimitUse;
import io.agentorchestrator.workflows.release.Ageing;
import io.agentorchestrator.workflows.release.ClaimOrder.Turn;
import io.agentorchestrator.workflows.release.FairShares;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
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
    private final HeldReader heldReader;
    private final UseStore uses;
    private final LimitWrites writes;
    private final LiveLimits limits;
    private Held last = Held.FIRST;

    public LimitUpkeep(DataSource database, LiveLimits limits) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
        this.reader = new LimitReader(database);
        this.heldReader = new HeldReader(client);
        this.uses = new UseStore(database);
        this.writes = new LimitWrites(client);
        this.limits = limits;
    }

    /**
     * Puts the first of what is held in line, in the order of claims: for each key and type as many as {@link HeldTurns} says. Types are apart, so that one
     * that no agent serves keeps no other waiting.
     *
     * @return whether anything is held for a limit, as far as was looked
     */
    public boolean putInLine() {
        return Boolean.TRUE.equals(
                transaction.execute(status -> begin().map(this::lineUp).orElse(true)));
    }

    /** Takes the lock of the one process that sees to limits, until the transaction ends; empty if another has it. */
    private Optional<Begun> begin() {
        return client.sql("""
                        select pg_try_advisory_xact_lock(hashtext('orchestrator.limits')) as mine, now() as now, ageing_millis() as ageing,
                          set_config('synchronous_commit', 'off', true)""")
                .query((row, number) -> row.getBoolean("mine")
                        ? Optional.of(new Begun(
                                row.getObject("now", OffsetDateTime.class).toInstant(),
                                new Ageing(Duration.ofMillis(row.getLong("ageing")))))
                        : Optional.<Begun>empty())
                .single();
    }

    /** A look that has begun: by the clock of the database, which ranks go by. */
    private record Begun(Instant now, Ageing ageing) {}

    private boolean lineUp(Begun begun) {
        List<Held> held = reader.held(last, MAX_KINDS);
        boolean isRest = !last.equals(Held.FIRST);
        last = held.size() < MAX_KINDS ? Held.FIRST : held.getLast();
        if (held.isEmpty()) {
            return isRest;
        }
        Set<String> keys = new TreeSet<>();
        held.forEach(kind -> keys.add(kind.key()));
        Map<String, LimitUse> use = reader.use(keys, limits::ofKey);
        Map<Held, Map<String, Lined>> lined = reader.lined();
        Map<String, Double> means = new HashMap<>();
        if (keys.stream()
                .anyMatch(key ->
                        limits.ofKey(key).map(CapacityLimit::maxTokensPerMinute).isPresent())) {
            means.putAll(reader.tokenMeans());
        }
        Map<Held, HeldTurns> turns = new LinkedHashMap<>();
        for (Held kind : held) {
            Optional<CapacityLimit> limit = limits.ofKey(kind.key());
            int room = limit.map(of -> use.getOrDefault(kind.key(), LimitUse.NONE)
                            .room(of, LimitUse.expectedTokens(of, means.getOrDefault(kind.taskType(), -1.0))))
                    .orElse(MAX_IN_LINE);
            HeldTurns ofKind = new HeldTurns(room, limit.isPresent() ? lined.getOrDefault(kind, Map.of()) : Map.of());
            if (ofKind.most() > 0) {
                turns.put(kind, ofKind);
            }
        }
        // Each kind has its part: what has much room may have nothing that can go.
        int part = Math.max(1, MAX_IN_LINE / Math.max(1, turns.size()));
        Map<Held, Integer> most = new LinkedHashMap<>();
        turns.forEach((kind, ofKind) -> most.put(kind, Math.min(part, ofKind.most())));
        Map<Held, List<Turn<UUID>>> next = heldReader.next(most);
        FairShares shares = shares(next, lined);
        Map<UUID, String> chosen = new HashMap<>();
        turns.forEach((kind, ofKind) -> ofKind.choose(
                        next.getOrDefault(kind, List.of()),
                        most.getOrDefault(kind, 0),
                        shares,
                        begun.ageing(),
                        begun.now())
                .forEach(task -> chosen.put(task, kind.reason())));
        if (writes.putInLine(chosen) > 0) {
            Channels.notify(client, Channels.BACKLOG);
        }
        return true;
    }

    /** The use of these tenants, and what they will use by what is out or in line; where there is one only, that counts for nothing, and is not read. */
    private FairShares shares(Map<Held, List<Turn<UUID>>> next, Map<Held, Map<String, Lined>> lined) {
        Set<String> tenants = new TreeSet<>();
        next.values().forEach(tasks -> tasks.forEach(task -> tenants.add(task.tenant())));
        if (tenants.size() < 2) {
            return FairShares.none();
        }
        FairShares shares = new FairShares(uses.uses(tenants), uses.weights());
        client.sql("""
                        select tenant, count(*) from task_state where status in ('RELEASED', 'DISPATCHED', 'RUNNING') group by tenant
                        """).query(row -> {
            shares.add(row.getString(1), row.getInt(2) * HeldTurns.EXPECTED_SECONDS);
        });
        lined.values()
                .forEach(tasks ->
                        tasks.forEach((tenant, of) -> shares.add(tenant, of.inLine() * HeldTurns.EXPECTED_SECONDS)));
        return shares;
    }

    /**
     * Deletes uses that count no more, {@value #MAX_FORGOTTEN} at most, and keeps how many tokens attempts used, by type.
     *
     * @return whether there may be more to delete
     */
    public boolean forget() {
        return Boolean.TRUE.equals(transaction.execute(status -> begin().isPresent() && deleteUses() == MAX_FORGOTTEN));
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
