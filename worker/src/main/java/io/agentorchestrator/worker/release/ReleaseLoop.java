package io.agentorchestrator.worker.release;

import io.agentorchestrator.store.release.BacklogHead;
import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.store.release.Claim;
import io.agentorchestrator.store.release.Outstanding;
import io.agentorchestrator.store.release.ReleaseSignal;
import io.agentorchestrator.store.release.RunStart;
import io.agentorchestrator.store.release.RunStartStore;
import io.agentorchestrator.worker.config.ReleaseSettings;
import io.agentorchestrator.worker.fleet.AgentTrust;
import io.agentorchestrator.worker.loop.StoreLoop;
import io.agentorchestrator.worker.loop.Wake;
import io.agentorchestrator.worker.run.RunStarter;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.release.Fleet;
import io.agentorchestrator.workflows.release.ReleaseCredit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Looks at the backlog when woken and now and then besides, claims what the agents have credit for, and has the runs started
 * and told. One thread decides; starts and signals go on beside it, a bounded number at a time.
 */
public final class ReleaseLoop implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ReleaseLoop.class);
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(2);
    private static final Duration START_IS_STUCK_AFTER = Duration.ofSeconds(15);
    private static final Duration RELEASE_IS_UNHEARD_AFTER = Duration.ofSeconds(10);
    private static final Duration REPEAT_RELEASE_AFTER = Duration.ofSeconds(60);
    /** Between two looks at the backlog, however often it is said to have changed. */
    private static final Duration LOOK_AT_MOST_EVERY = Duration.ofMillis(20);

    /** How much longer than it took a round rests at least: the more there is to look at, the less often. */
    private static final int REST_FOR_WORK = 2;

    /** DAGs that wait to be started, for each start that may be outstanding: many at once would be long under way, each waiting for all others. */
    private static final int DAGS_IN_LINE = 4;

    private static final int SWEEP_LIMIT = 100;
    private static final int MAX_NOTICES = 64;

    private final ReleaseSettings settings;
    private final AgentTrust trust;
    private final BacklogStore backlog;
    private final RunStartStore starts;
    private final RunStarter starter;
    private final Turns turns;
    private final Wake wake;
    private final Semaphore startPermits;
    private final AtomicInteger groupStartsOutstanding = new AtomicInteger();
    private final AtomicInteger dagStartsOutstanding = new AtomicInteger();
    private final Semaphore noticePermits = new Semaphore(MAX_NOTICES);
    private final ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor();
    private final StoreLoop loop;
    private long lastSweepNanos;
    private long nextLookNanos = System.nanoTime();

    ReleaseLoop(
            ReleaseSettings settings,
            AgentTrust trust,
            BacklogStore backlog,
            RunStartStore starts,
            RunStarter starter,
            Turns turns,
            Wake wake) {
        this.settings = settings;
        this.trust = trust;
        this.backlog = backlog;
        this.starts = starts;
        this.starter = starter;
        this.turns = turns;
        this.wake = wake;
        this.startPermits = new Semaphore(settings.maxStarts());
        this.loop = new StoreLoop("release", settings.poll(), wake, this::round);
    }

    @Override
    public void start() {
        loop.start();
    }

    @Override
    public void stop() {
        loop.stop();
        beside.shutdownNow();
    }

    @Override
    public boolean isRunning() {
        return loop.isRunning();
    }

    private void round() {
        if (!keepPace()) {
            return;
        }
        long begunNanos = System.nanoTime();
        int gathered = 0;
        Claim claim;
        do {
            claim = step();
            gathered += gathered(claim);
        } while (claim.more() && loop.isRunning()); // more is waiting than one claim takes
        Duration rest = gathered > 0 ? settings.pace(gathered) : LOOK_AT_MOST_EVERY;
        long nanos = System.nanoTime();
        nextLookNanos = nanos + Math.max(rest.toNanos(), REST_FOR_WORK * (nanos - begunNanos));
        sweep();
    }

    /** Tasks of a claim whose like is worth waiting for, since it goes together. DAGs begin each by itself. */
    private static int gathered(Claim claim) {
        int begun = 0;
        for (RunStart start : claim.starts()) {
            begun += start.kind() == RunKind.DAG ? start.released().size() : 0;
        }
        return claim.tasks() - begun;
    }

    /** Waits until it is time for the next look; false if the thread is to end. */
    private boolean keepPace() {
        try {
            TimeUnit.NANOSECONDS.sleep(Math.max(0, nextLookNanos - System.nanoTime()));
            return true;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** One look and one claim. */
    private Claim step() {
        Fleet fleet = trust.fleet();
        Set<String> types = fleet.types();
        if (types.isEmpty()) {
            turns.look(fleet, Outstanding.NONE, new ReleaseCredit(fleet, Map.of(), settings.creditFactor()), List.of());
            return Claim.NOTHING;
        }
        Outstanding outstanding = backlog.outstanding();
        ReleaseCredit credit = new ReleaseCredit(fleet, outstanding.all(), settings.creditFactor());
        List<BacklogHead> heads = backlog.heads(types);
        Claim claim = Claim.NOTHING;
        int left = credit.left();
        if (!heads.isEmpty() && left > 0) {
            claim = backlog.claim(credit, Math.min(left, settings.maxClaim()), mayStart());
            if (claim.tasks() > 0) {
                heads = backlog.heads(types);
            }
        }
        turns.look(fleet, outstanding, credit, heads);
        for (RunStart start : claim.starts()) {
            start(start);
        }
        for (ReleaseSignal notice : claim.notices()) {
            tell(notice);
        }
        return claim;
    }

    /** Neither kind holds up the other, however many of one are in line. */
    private BacklogStore.Starts mayStart() {
        int dagsInLine = Math.max(
                0,
                DAGS_IN_LINE * settings.maxStarts() - outstanding(RunKind.DAG).get());
        return new BacklogStore.Starts(outstanding(RunKind.GROUP).get() < settings.maxStarts(), dagsInLine);
    }

    private AtomicInteger outstanding(RunKind kind) {
        return switch (kind) {
            case DAG -> dagStartsOutstanding;
            case GROUP -> groupStartsOutstanding;
        };
    }

    private void start(RunStart start) {
        outstanding(start.kind()).incrementAndGet();
        Future<?> _ = beside.submit(() -> {
            try {
                startPermits.acquire();
                try {
                    boolean _ = starter.start(start);
                } finally {
                    startPermits.release();
                }
            } catch (RuntimeException failure) {
                LOG.warn("could not start a run; it will be tried again", failure);
            } finally {
                outstanding(start.kind()).decrementAndGet();
                wake.now();
            }
            return null;
        });
    }

    private void tell(ReleaseSignal notice) {
        Future<?> _ = beside.submit(() -> {
            noticePermits.acquire();
            try {
                starter.notify(notice);
            } catch (RuntimeException failure) {
                LOG.warn("could not tell a run of its releases; it will be tried again", failure);
            } finally {
                noticePermits.release();
            }
            return null;
        });
    }

    /** Repeats what broke off: starts that nobody finished, releases of which nobody heard. */
    private void sweep() {
        long now = System.nanoTime();
        if (now - lastSweepNanos < TimeUnit.NANOSECONDS.convert(SWEEP_EVERY)) {
            return;
        }
        lastSweepNanos = now;
        for (RunStart start : starts.takeOverStuck(START_IS_STUCK_AFTER, SWEEP_LIMIT)) {
            start(start);
        }
        for (ReleaseSignal notice : starts.takeUnheard(RELEASE_IS_UNHEARD_AFTER, REPEAT_RELEASE_AFTER, SWEEP_LIMIT)) {
            tell(notice);
        }
    }
}
