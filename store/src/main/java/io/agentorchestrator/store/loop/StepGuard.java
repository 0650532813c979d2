package io.agentorchestrator.store.loop;

import io.agentorchestrator.store.transaction.StoreOutage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * Does the steps of a loop, so that nothing that one throws ends it. A store that is away is waited for and said so once. A statement that ran
 * out of time is no outage, and said now and then for as long as it does. All else is a mistake of ours, whatever it is, and logged as one with
 * its stack trace; the same one again only now and then. Thread-safe.
 */
public final class StepGuard {
    private static final Duration SAY_AGAIN_EVERY = Duration.ofMinutes(1);
    /** Told apart; of more of them at a time the oldest is said anew. */
    private static final int MAX_MISTAKES = 32;

    private final Logger log;
    private final String name;
    private final OutageLog store;
    private final LongSupplier nanoClock;
    private final Map<String, Said> said = new LinkedHashMap<>();

    /** When a mistake was said last, and how often it was met since. */
    private record Said(long nanos, long unsaid) {}

    /** @param name of the loop, which begins its lines */
    public StepGuard(Logger log, String name) {
        this(log, name, System::nanoTime);
    }

    StepGuard(Logger log, String name, LongSupplier nanoClock) {
        this.log = log;
        this.name = name;
        this.store = new OutageLog(log, "the store");
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
            done();
            return answer;
        } catch (RuntimeException | Error failure) {
            failed(failure);
            return otherwise;
        }
    }

    /** Does a step after a while, on a virtual thread of its own. */
    public void after(Duration pause, Runnable step) {
        CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS, Thread::startVirtualThread)
                .execute(() -> run(step));
    }

    /** Notes that a step was done, for whoever does it himself. */
    public void done() {
        store.recovered();
    }

    /** Says what a step threw, for whoever has to catch it himself. */
    public void failed(Throwable failure) {
        if (StoreOutage.isOutOfTime(failure)) {
            String reason = StoreOutage.reason(failure);
            if (timesToSay(reason) > 0) {
                log.warn("a statement of {} ran out of time, and is tried again later: {}", name, reason);
            }
            return;
        }
        if (StoreOutage.isOutage(failure)) {
            store.unavailable(name + " waits", StoreOutage.reason(failure));
            return;
        }
        long times = timesToSay(failure.toString());
        if (times == 1) {
            log.error("{} met a programming error, and goes on", name, failure);
        } else if (times > 1) {
            log.error("{} met the same programming error {} times more, and goes on", name, times, failure);
        }
    }

    /** Counts how often a mistake was met since it was said last; 0: it is not to be said now. */
    private synchronized long timesToSay(String mistake) {
        long now = nanoClock.getAsLong();
        Said last = said.remove(mistake);
        if (last != null && now - last.nanos() < SAY_AGAIN_EVERY.toNanos()) {
            said.put(mistake, new Said(last.nanos(), last.unsaid() + 1));
            return 0;
        }
        said.put(mistake, new Said(now, 0));
        if (said.size() > MAX_MISTAKES) {
            said.remove(said.keySet().iterator().next());
        }
        return last == null ? 1 : last.unsaid() + 1;
    }
}
