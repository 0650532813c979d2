package io.agentorchestrator.worker.deadletter;

import io.agentorchestrator.store.deadletter.DeadLetterDelivery;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.OutageLog;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.worker.config.DeadLetterSettings;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbers dead letters, drops those that are too old or too many, and has the stream follow, when woken and every other second besides.
 * Of several workers one at a time does so. While Redis is away all but the stream goes on.
 */
public final class DeadLetterDeliverer implements LoopLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterDeliverer.class);
    private static final Duration SAY_AGAIN_EVERY = Duration.ofMinutes(1);
    private static final int MAX_NUMBERED = 1_000;
    private static final int MAX_RETIRED = 1_000;
    /** More only after an outage; the next round goes on. */
    private static final int MAX_PAGES = 100;

    private final DeadLetterDelivery store;
    private final StreamFollower follower;
    private final DeadLetterSettings settings;
    private final Supplier<Duration> maxAge;
    private final DeadLetterMetrics metrics;
    private final Rhythm rhythm;
    private final PollLoop loop;
    private final OutageLog redis = new OutageLog(LOG, "Redis", SAY_AGAIN_EVERY);
    private long nextRetirementNanos = System.nanoTime();
    private long nextTryNanos = System.nanoTime();
    private Duration retiredAge = Duration.ZERO;

    /** @param maxAge how long an entry stays open; asked each time anew */
    DeadLetterDeliverer(
            DeadLetterDelivery store,
            StreamFollower follower,
            DeadLetterSettings settings,
            Supplier<Duration> maxAge,
            DeadLetterMetrics metrics,
            Rhythm rhythm,
            WakeSignal wake) {
        this.store = store;
        this.follower = follower;
        this.settings = settings;
        this.maxAge = maxAge;
        this.metrics = metrics;
        this.rhythm = rhythm;
        this.loop = new PollLoop("dead-letters", rhythm.poll(), wake, this::round);
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    private void round() {
        if (!store.exclusively(this::deliver)) {
            follower.letGo(); // another worker's turn, perhaps for long
        }
    }

    private void deliver() {
        for (int page = 0; page < MAX_PAGES && loop.isRunning() && store.number(MAX_NUMBERED) == MAX_NUMBERED; page++) {
            // more is waiting than one call numbers
        }
        Duration age = maxAge.get();
        if (isDue(nextRetirementNanos) || !age.equals(retiredAge)) {
            nextRetirementNanos = System.nanoTime() + rhythm.retireEvery().toNanos();
            retiredAge = age;
            retire(age);
        }
        if (isDue(nextTryNanos)) {
            follow();
        }
    }

    private void retire(Duration age) {
        int retired = 0;
        int last = MAX_RETIRED;
        for (int page = 0; page < MAX_PAGES && loop.isRunning() && last == MAX_RETIRED; page++) {
            last = store.retire(settings.maxEntries(), age, MAX_RETIRED);
            retired += last;
        }
        if (retired > 0) {
            LOG.info("deleted {} dead letters that were too old or too many", retired);
        }
    }

    private void follow() {
        try {
            follower.follow(loop::isRunning);
            redis.recovered();
        } catch (RedisException away) {
            follower.letGo();
            metrics.errors().increment();
            nextTryNanos = System.nanoTime() + rhythm.retryAfter().toNanos();
            redis.unavailable("dead letters wait to be written to their stream", String.valueOf(away.getMessage()));
        }
    }

    private static boolean isDue(long nanos) {
        return System.nanoTime() - nanos >= 0;
    }

    /**
     * The intervals at which the work is done.
     *
     * @param poll a round, without being woken
     * @param retryAfter how long a Redis that was away is left alone, however often we are woken
     * @param compareEvery how often the stream is compared with the store
     * @param rebuildGap between two rebuilds that nobody asked for, at least
     */
    record Rhythm(
            Duration poll, Duration retryAfter, Duration compareEvery, Duration rebuildGap, Duration retireEvery) {
        static final Rhythm DEFAULT = new Rhythm(
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofMinutes(1));
    }
}
