package io.agentorchestrator.store.agent;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.transaction.RetryingTransaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The circuit breakers of agents, which stand in the agents' rows. Throws {@code DataAccessException}s. Thread-safe. */
public final class BreakerRows {
    private static final String COLUMNS =
            "breaker_phase, breaker_failures, breaker_opened_at, breaker_trial_task, breaker_trial_epoch, breaker_trial_expires_at, breaker_writer";

    private final JdbcClient client;
    private final TransactionTemplate transaction;

    public BreakerRows(DataSource database) {
        this.client = JdbcClient.create(database);
        this.transaction = new RetryingTransaction(database);
    }

    /** The breakers of those of these agents that are registered. */
    public Map<String, StoredBreaker> load(Collection<String> agentIds) {
        Map<String, StoredBreaker> found = new HashMap<>();
        client.sql("select agent_id, " + COLUMNS + " from agent where agent_id = any(?)")
                .param(agentIds.toArray(String[]::new))
                .query(row -> {
                    found.put(row.getString("agent_id"), breaker(row));
                });
        return found;
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
                    .query((row, number) -> breaker(row))
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
                        set breaker_phase = :phase, breaker_failures = :failures, breaker_opened_at = :opened_at::timestamptz,
                            breaker_trial_task = :task::uuid, breaker_trial_epoch = :epoch::integer,
                            breaker_trial_expires_at = :expires_at::timestamptz, breaker_writer = :writer
                        where agent_id = :agent_id
                        """)
                .param("agent_id", agentId)
                .param("phase", breaker.phase().name())
                .param("failures", breaker.failures())
                .param("opened_at", time(breaker.openedAt()))
                .param("task", trial == null ? null : trial.taskId().toString())
                .param("epoch", trial == null ? null : trial.epoch())
                .param("expires_at", trial == null ? null : time(trial.expiresAt()))
                .param("writer", breaker.writer())
                .update();
    }

    private static StoredBreaker breaker(ResultSet row) throws SQLException {
        UUID trial = row.getObject("breaker_trial_task", UUID.class);
        Instant expiresAt = instant(row, "breaker_trial_expires_at");
        return new StoredBreaker(
                BreakerPhase.valueOf(row.getString("breaker_phase")),
                row.getInt("breaker_failures"),
                instant(row, "breaker_opened_at"),
                trial == null || expiresAt == null
                        ? null
                        : new StoredBreaker.Trial(trial, row.getInt("breaker_trial_epoch"), expiresAt),
                row.getString("breaker_writer"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
