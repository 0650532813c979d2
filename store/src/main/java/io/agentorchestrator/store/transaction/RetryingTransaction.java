package io.agentorchestrator.store.transaction;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Carries out transactions, and repeats one a few times that may succeed then: unless said otherwise one that PostgreSQL gave up for the sake
 * of another (class 40 of SQLSTATE: deadlocks and failures to serialize). What the work leaves outside the database it has to leave anew each
 * time. Within another transaction nothing is repeated: that is up to whoever began it. Thread-safe.
 */
public final class RetryingTransaction extends TransactionTemplate {
    static final int MAX_TRIES = 4;

    private static final Logger LOG = LoggerFactory.getLogger(RetryingTransaction.class);
    private static final long serialVersionUID = 1;
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final int maxTries;
    private final Duration pause;
    private final transient Predicate<Throwable> isRepeated;

    public RetryingTransaction(DataSource database) {
        this(database, MAX_TRIES, PAUSE, StoreOutage::isGivenUpForAnother);
    }

    /**
     * Repeats by other rules.
     *
     * @param pause after the first try; after each further one it is longer by as much
     * @param isRepeated whether a failure may not come again
     */
    public RetryingTransaction(DataSource database, int maxTries, Duration pause, Predicate<Throwable> isRepeated) {
        super(new DataSourceTransactionManager(database));
        this.maxTries = maxTries;
        this.pause = pause;
        this.isRepeated = isRepeated;
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
                if (tries == maxTries || !isRepeated.test(failure) || !pause(tries)) {
                    throw failure;
                }
                LOG.info("a transaction is repeated: {}", StoreOutage.reason(failure));
            }
        }
    }

    /** Whoever met waits differently long, so as not to meet again; false if the thread is to end. */
    private boolean pause(int tries) {
        long nanos = pause.toNanos() * tries;
        try {
            TimeUnit.NANOSECONDS.sleep(nanos + ThreadLocalRandom.current().nextLong(nanos));
            return true;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
