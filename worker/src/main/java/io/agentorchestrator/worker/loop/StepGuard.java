package io.agentorchestrator.worker.loop;

import io.agentorchestrator.store.transaction.StoreOutage;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Does the steps of a loop, so that nothing that one throws ends it. A store that is away is waited for and said so once. All else is a
 * mistake of ours, whatever it is, and logged as one with its stack trace; the same one again only now and then. Thread-safe.
 */
public final class StepGuard {
    private static final Duration SAY_AGAIN_EVERY = Duration.ofMinutes(1);

    private final Logger log;
    private final String name;
    private final Presence store;
    private final LongSupplier nanoClock;
    private @Nullable String lastMistake;
    private long saidNanos;
    private long unsaid;

    /** @param name of the loop, which begins its lines */
    public StepGuard(Logger log, String name) {
        this(log, name, System::nanoTime);
    }

    StepGuard(Logger log, String name, LongSupplier nanoClock) {
        this.log = log;
        this.name = name;
        this.store = new Presence(log, "the store");
        this.nanoClock = nanoClock;
    }

    /** Does a step. */
    public void run(Runnable step) {
        Boolean _ = call(
                () -> {
                    step.run();
                    return true;
                },
                false);
    }

    /** Does a step; what it returned, or the other value if it threw. */
    public <T> T call(Supplier<T> step, T otherwise) {
        try {
            T answer = step.get();
            store.there();
            return answer;
        } catch (RuntimeException | Error failure) {
            failed(failure);
            return otherwise;
        }
    }

    private void failed(Throwable failure) {
        if (StoreOutage.isOutage(failure)) {
            store.away(name + " waits", StoreOutage.reason(failure));
            return;
        }
        long times = timesToSay(failure.toString());
        if (times == 1) {
            log.error("{} met a programming error, and goes on", name, failure);
        } else if (times > 1) {
            log.error("{} met the same programming error {} times more, and goes on", name, times, failure);
        }
    }

    /** How often a mistake was met since it was said last; 0: it is not to be said now. */
    private synchronized long timesToSay(String mistake) {
        long now = nanoClock.getAsLong();
        if (mistake.equals(lastMistake) && now - saidNanos < SAY_AGAIN_EVERY.toNanos()) {
            unsaid++;
            return 0;
        }
        long times = mistake.equals(lastMistake) ? unsaid + 1 : 1;
        lastMistake = mistake;
        saidNanos = now;
        unsaid = 0;
        return times;
    }
}
