package io.agentorchestrator.worker.limit;

import io.agentorchestrator.store.limit.LimitMarking;
import io.agentorchestrator.store.limit.LimitUpkeep;
import io.agentorchestrator.store.limit.LiveLimits;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.loop.SeparateSteps;
import io.agentorchestrator.store.loop.WakeSignal;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts in line what waits for limits that have room again, often while anything does, and sees to what changed limits and the passing of time leave to
 * do. Of all workers one at a time does something.
 */
final class LimitLoop implements LoopLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(LimitLoop.class);
    /** Time between two looks while tasks are held. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private static final Duration IDLE = Duration.ofMillis(500);
    private static final Duration FORGET_EVERY = Duration.ofSeconds(10);

    /** A look may take a fifth of the time. */
    private static final int REST_PER_LOOK = 4;

    private final LiveLimits limits;
    private final LimitUpkeep upkeep;
    private final LimitMarking marking;
    private final SeparateSteps steps = new SeparateSteps(LOG, "limits");
    private final PollLoop loop;
    private long nextLook;
    private long nextRead;
    private long nextForget;

    LimitLoop(LiveLimits limits, LimitUpkeep upkeep, LimitMarking marking, WakeSignal wake) {
        this.limits = limits;
        this.upkeep = upkeep;
        this.marking = marking;
        this.loop = new PollLoop("limits", IDLE, wake, this::round);
        long now = System.nanoTime();
        this.nextLook = now;
        this.nextRead = now;
        this.nextForget = now;
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    /** Looks, unless it has lately; the time until the next look, unless woken. */
    private Duration round() {
        long begun = System.nanoTime();
        if (begun - nextLook < 0) {
            return Duration.ofNanos(nextLook - begun);
        }
        if (begun - nextRead >= 0) {
            steps.run("reading limits", limits::refresh);
            nextRead = begun + LiveLimits.READ_EVERY.toNanos();
        }
        boolean isBusy = steps.call("putting tasks in line", upkeep::putInLine, false);
        isBusy |= steps.call("marking", marking::step, false);
        if (begun - nextForget >= 0) {
            boolean isMore = steps.call("forgetting", upkeep::forget, false);
            isBusy |= isMore;
            nextForget = begun + (isMore ? 0 : FORGET_EVERY.toNanos());
        }
        long ended = System.nanoTime();
        boolean isUnused = !isBusy && limits.all().isEmpty();
        long rest = Math.max(REST_PER_LOOK * (ended - begun), (isUnused ? IDLE : LOOK_EVERY).toNanos());
        nextLook = ended + rest;
        return isBusy ? Duration.ofNanos(rest) : IDLE;
    }
}
