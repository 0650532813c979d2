package io.agentorchestrator.store.budget;

import io.agentorchestrator.store.state.BudgetWrites;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Accounts of what has none: a task without a budget of its own, a DAG from before there were budgets. Thread-safe. */
public final class LateAccounts {
    /** The time that opening waits at most for transactions that began before the account was there. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(2);

    private static final Duration LOOK_EVERY = Duration.ofMillis(10);

    private final JdbcClient client;
    private final BudgetWrites writes;

    public LateAccounts(DataSource database) {
        this.client = JdbcClient.create(database);
        this.writes = new BudgetWrites(client);
    }

    /**
     * Opens an account without limits, which binds nobody, where there is none that is complete. What was spent by then is in the ledger; once this returns,
     * {@link BudgetWrites#lock} sums it up, since all transactions have ended that could not see the account. Nobody else waits for them. Not within a
     * transaction: others have to see the account.
     *
     * @throws CannotAcquireLockException if they go on for longer than 2 s
     */
    public void open(UUID account) {
        if (writes.isComplete(account)) {
            return;
        }
        writes.openLate(account);
        String next = client.sql("select pg_snapshot_xmax(pg_current_snapshot())::text")
                .query(String.class)
                .single();
        for (long left = MAX_WAIT.dividedBy(LOOK_EVERY); !haveEnded(next); left--) {
            if (left == 0 || !sleeps()) {
                throw new CannotAcquireLockException(
                        "what is being written has not been committed for " + MAX_WAIT,
                        new SQLException("transactions before " + next + " go on", "55P03"));
            }
        }
    }

    /** Tells whether all transactions have ended whose ids are less. */
    private boolean haveEnded(String next) {
        return client.sql("select pg_snapshot_xmin(pg_current_snapshot()) >= ?::xid8")
                .param(next)
                .query(Boolean.class)
                .single();
    }

    /** Sleeps a little; false if the thread is to end. */
    private static boolean sleeps() {
        try {
            TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
            return true;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
