package io.agentorchestrator.worker.notice;

import io.agentorchestrator.store.loop.ConcurrentSteps;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.loop.StepGuard;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.run.RunNotices;
import io.agentorchestrator.worker.run.DeliveryResult;
import io.agentorchestrator.worker.run.TemporalRuns;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.run.RunNotice;
import io.agentorchestrator.workflows.run.RunSignals;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals to each run the notices that it has not had, all in one, and deletes those that Temporal has. It gathers before it reads:
 * a lively run gets a few signals a second, whatever ends in it. No two workers gather equally long, so that mostly one of them finds
 * the notices that woke both; what two deliver changes nothing the second time.
 */
public final class NoticeLoop implements LoopLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeLoop.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    /** For as long at least, and twice as long at most. Nothing waits for a notice but the run: dependents are released without. */
    private static final Duration GATHER = Duration.ofMillis(200);

    private static final int MAX_RUNS = 200;
    /** In one signal: some dozens of KiB. */
    private static final int MAX_ROWS = 500;

    private static final int MAX_SIGNALS_BESIDE = 32;

    private final UndeliveredNotices store;
    private final TemporalRuns temporal;
    private final Consumer<RunKey> suspects;
    private final Duration poll;
    private final Duration gather;
    private final PollLoop loop;
    private final StepGuard guard = new StepGuard(LOG, "telling runs of their tasks");
    private volatile boolean temporalIsAway;

    /** @param suspects where to report a run whose workflow Temporal does not have */
    NoticeLoop(UndeliveredNotices store, TemporalRuns temporal, Consumer<RunKey> suspects, WakeSignal wake) {
        this(store, temporal, suspects, wake, POLL, GATHER);
    }

    NoticeLoop(
            UndeliveredNotices store,
            TemporalRuns temporal,
            Consumer<RunKey> suspects,
            WakeSignal wake,
            Duration poll,
            Duration gather) {
        this.store = store;
        this.temporal = temporal;
        this.suspects = suspects;
        this.poll = poll;
        this.gather = gather;
        this.loop = new PollLoop("notices", poll, wake, this::round);
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    private Duration round() throws InterruptedException {
        long nanos = gather.toNanos();
        TimeUnit.NANOSECONDS.sleep(nanos + ThreadLocalRandom.current().nextLong(nanos));
        temporalIsAway = false;
        List<RunNotices> read;
        boolean some;
        do {
            read = store.undelivered(MAX_RUNS, MAX_ROWS);
            some = deliver(read);
        } while (some && read.size() == MAX_RUNS && loop.isRunning() && !temporalIsAway);
        return poll;
    }

    /** Returns when all are delivered that can be, the next reading finds the others only; whether there was one. */
    private boolean deliver(List<RunNotices> read) {
        AtomicInteger delivered = new AtomicInteger();
        try (ConcurrentSteps beside = new ConcurrentSteps(guard, MAX_SIGNALS_BESIDE)) {
            for (RunNotices notices : read) {
                beside.begin(() -> delivered.addAndGet(deliver(notices) ? 1 : 0));
            }
        }
        return delivered.get() > 0;
    }

    private boolean deliver(RunNotices notices) {
        if (temporalIsAway) {
            return false; // one that waits for it in vain is enough
        }
        RunKey run = notices.run();
        String workflowId = run.workflowId(notices.kind());
        RunNotice notice = new RunNotice(notices.ended(), notices.notStarted(), notices.runEnded());
        return switch (temporal.signal(workflowId, RunSignals.NOTICE, notice)) {
            case DeliveryResult.Done _ -> {
                store.delivered(run, notices.lastSequence());
                yield true;
            }
            case DeliveryResult.NotFound _ -> {
                if (!notices.runEnded()) {
                    suspects.accept(run); // a run that takes over finds in the store what this one was to be told
                }
                store.delivered(run, notices.lastSequence());
                yield true;
            }
            case DeliveryResult.Away _ -> {
                temporalIsAway = true;
                yield false;
            }
            case DeliveryResult.Refused(String why) -> {
                LOG.error("Temporal refuses a notice to {}: {}", workflowId, why);
                yield false;
            }
        };
    }
}
