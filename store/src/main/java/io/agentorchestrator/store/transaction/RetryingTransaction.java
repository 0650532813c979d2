package io.agentorchestrator.store.transaction;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Carries out transactions, and repeats one that PostgreSQL gave up for the sake of another (class 40 of SQLSTATE: deadlocks and failures to
 * serialize), a few times. What the work leaves outside the database it has to leave anew each time. Within another transaction nothing is
 * repeated: that is up to whoever began it. Thread-safe.
 */
public final class RetryingTransaction extends TransactionTemplate {
    static final int MAX_TRIES = 4;

    private static final Logger LOG = LoggerFactory.getLogger(RetryingTransaction.class);
    private static final long serialVersionUID = 1;
    private static final Duration PAUSE = Duration.ofMillis(20);

    public RetryingTransaction(DataSource database) {
        super(new DataSourceTransactionManager(database));
    }

    @Override
    public <T extends @Nullable Object> T execute(TransactionCallback<T> work) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            return super.execute(work);
        }
        for (int tries = 1; ; tries++) {
            try {
                return super.execute(work);
            } catch (RuntimeException failure) {
                if (tries == MAX_TRIES || !StoreOutage.isGivenUpForAnother(failure) || !pause(tries)) {
                    throw failure;
                }
                LOG.info("a transaction was given up for another and is repeated: {}", StoreOutage.reason(failure));
            }
        }
    }

    /** Whoever met waits differently long, so as not to meet again; false if the thread is to end. */
    private static boolean pause(int tries) {
        long nanos = PAUSE.toNanos() * tries;
        try {
            TimeUnit.NANOSECONDS.sleep(nanos + ThreadLocalRandom.current().nextLong(nanos));
            return true;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
