package io.agentorchestrator.store.agent;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The circuit breakers of agents, which stand in the agents' rows. Throws {@code DataAccessException}s. Thread-safe. */
public final class BreakerRows {
    private static final String COLUMNS = """
            breaker_phase as phase, breaker_failures as failures, breaker_opened_at as opened_at, breaker_trial_task as task_id,
            breaker_trial_epoch as epoch, breaker_trial_expires_at as expires_at, breaker_writer as writer
            """;

    private final JdbcClient client;
    private final RetryingTransaction transaction;

    public BreakerRows(DataSource database) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
    }

    /** The breakers of those of these agents that are registered. */
    public Map<String, StoredBreaker> load(Collection<String> agentIds) {
        return Records.byKey(
                client.sql("select agent_id, " + COLUMNS + " from agent where agent_id = any(?)")
                        .param(agentIds.toArray(String[]::new)),
                String.class,
                Records.of(StoredBreaker.class));
    }

    /**
     * Changes a breaker in one step: nobody else's change comes between. A change of phase is announced to those who follow the registry.
     *
     * @param change may be called again where the transaction is repeated; what it returns as it was is not written
     * @return what is stored now; empty if there is no such agent
     */
    public Optional<StoredBreaker> change(String agentId, UnaryOperator<StoredBreaker> change) {
        return transaction.execute(status -> {
            Optional<StoredBreaker> before = client.sql(
                            "select " + COLUMNS + " from agent where agent_id = ? for update")
                    .param(agentId)
                    .query(Records.of(StoredBreaker.class))
                    .optional();
            return before.map(stored -> {
                StoredBreaker next = change.apply(stored);
                if (!next.equals(stored)) {
                    write(agentId, next);
                    if (next.phase() != stored.phase()) {
                        Channels.notify(client, Channels.AGENTS);
                    }
                }
                return next;
            });
        });
    }

    private void write(String agentId, StoredBreaker breaker) {
        StoredBreaker.Trial trial = breaker.trial();
        client.sql("""
                        update agent
                        set breaker_phase = ?, breaker_failures = ?, breaker_opened_at = ?::timestamptz, breaker_trial_task = ?,
                            breaker_trial_epoch = ?, breaker_trial_expires_at = ?::timestamptz, breaker_writer = ?
                        where agent_id = ?
                        """)
                .params(Arrays.asList(
                        breaker.phase().name(),
                        breaker.failures(),
                        text(breaker.openedAt()),
                        trial == null ? null : trial.taskId(),
                        trial == null ? null : trial.epoch(),
                        text(trial == null ? null : trial.expiresAt()),
                        breaker.writer(),
                        agentId))
                .update();
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
