package io.agentorchestrator.worker.release;

import io.agentorchestrator.store.loop.ConcurrentSteps;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.loop.StepGuard;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.store.release.Claim;
import io.agentorchestrator.store.release.Contenders;
import io.agentorchestrator.store.release.Outstanding;
import io.agentorchestrator.store.release.QueueFront;
import io.agentorchestrator.store.release.ReleaseSignal;
import io.agentorchestrator.store.release.RunStart;
import io.agentorchestrator.store.release.RunStartStore;
import io.agentorchestrator.worker.config.ReleaseSettings;
import io.agentorchestrator.worker.fleet.AgentTrust;
import io.agentorchestrator.worker.run.RunStarter;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.release.ClaimCredit;
import io.agentorchestrator.workflows.release.Fleet;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the backlog when woken and now and then besides, claims what the agents have credit for when that is due, and has the
 * runs started and told. One thread decides; starts and signals go on beside it, a bounded number at a time.
 */
public final class ReleaseLoop implements LoopLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ReleaseLoop.class);
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(2);
    private static final Duration START_IS_STUCK_AFTER = Duration.ofSeconds(15);
    private static final Duration RELEASE_IS_UNHEARD_AFTER = Duration.ofSeconds(10);
    private static final Duration REPEAT_RELEASE_AFTER = Duration.ofSeconds(12);
    /** DAGs that wait to be started, for each start that may be outstanding: many at once would be long under way, each waiting for all others. */
    private static final int DAGS_IN_LINE = 4;

    private static final int MAX_STUCK_STARTS = 100;
    private static final int MAX_UNHEARD = 1_000;
    private static final int MAX_NOTICES = 64;

    private final ReleaseSettings settings;
    private final AgentTrust trust;
    private final BacklogStore backlog;
    private final SelectorRotation selectors;
    private final RunStartStore starts;
    private final RunStarter starter;
    private final Headroom headroom;
    private final FlowMeter flow;
    private final TenantShares shares;
    private final ClaimPace pace;
    private final WakeSignal wake;
    private final ConcurrentSteps dagStarts;
    /** Bounded by their pace; neither kind holds up the other, however many of one are in line. */
    private final ConcurrentSteps groupStarts;

    private final ConcurrentSteps notices =
            new ConcurrentSteps(new StepGuard(LOG, "telling runs of releases"), MAX_NOTICES);
    private final AtomicInteger groupStartsOutstanding = new AtomicInteger();
    private final AtomicInteger dagStartsOutstanding = new AtomicInteger();
    private final PollLoop loop;
    private Contenders contenders = Contenders.NONE;
    private long lastSweepNanos;
    private long lastCountNanos;

    ReleaseLoop(
            ReleaseSettings settings,
            Capacity capacity,
            BacklogStore backlog,
            RunStartStore starts,
            RunStarter starter,
            WakeSignal wake) {
        this.settings = settings;
        this.trust = capacity.trust();
        this.backlog = backlog;
        this.selectors = new SelectorRotation(backlog);
        this.starts = starts;
        this.starter = starter;
        this.headroom = capacity.headroom();
        this.flow = capacity.flow();
        this.shares = capacity.shares();
        this.wake = wake;
        StepGuard guard = new StepGuard(LOG, "starting runs");
        this.dagStarts = new ConcurrentSteps(guard, settings.maxStarts());
        this.groupStarts = new ConcurrentSteps(guard, Integer.MAX_VALUE);
        this.pace = new ClaimPace(settings.startInterval(), settings.poll(), settings.maxStarts(), System.nanoTime());
        this.loop = new PollLoop("release", settings.poll(), wake, this::round);
    }

    /** The agents that may be filled, the room that they have, the flow of tasks through them, and who is to have which part. */
    record Capacity(AgentTrust trust, Headroom headroom, FlowMeter flow, TenantShares shares) {}

    @Override
    public PollLoop loop() {
        return loop;
    }

    @Override
    public void stop() {
        loop.stop();
        dagStarts.stop();
        groupStarts.stop();
        notices.stop();
    }

    /** Looks, and claims if that is due; the time to wait for the next look unless woken. */
    private Duration round() {
        sweep();
        long begun = System.nanoTime();
        Duration early = pace.untilLook(begun);
        if (early.isPositive()) {
            return early;
        }
        AgentTrust.Fillable agents = trust.fillable(selectors.next());
        look(agents, begun);
        ClaimPace.Step step = next();
        if (step instanceof ClaimPace.Step.Claim(boolean groups)) {
            if (!claim(agents, groups)) {
                return pace.busy(System.nanoTime());
            }
            step = next();
        }
        pace.looked(begun, System.nanoTime(), headroom.waiting().outstanding());
        return switch (step) {
            case ClaimPace.Step.Claim _ -> Duration.ZERO;
            case ClaimPace.Step.Wait(Duration limit) -> limit;
        };
    }

    private ClaimPace.Step next() {
        return pace.next(
                System.nanoTime(),
                headroom.waiting(),
                outstanding(RunKind.GROUP).get());
    }

    /** Reads what waits, and once in a while what is out. */
    private void look(AgentTrust.Fillable agents, long nanos) {
        Fleet fleet = agents.fleet();
        List<QueueFront> fronts = backlog.queueFronts(fleet.taskClasses());
        headroom.waiting(fronts);
        Set<String> waiting =
                fronts.stream().map(front -> front.tasks().taskType()).collect(Collectors.toSet());
        contenders = shares.look(waiting, fleet.taskClasses());
        headroom.contend(contenders);
        boolean changed = !fleet.equals(headroom.fleet());
        if (changed) {
            flow.exchange(fleet);
        }
        if (changed || nanos - lastCountNanos >= settings.poll().toNanos()) {
            Outstanding outstanding = backlog.outstanding(fleet.taskClasses(), agents.agentIds()::contains);
            headroom.looked(fleet, outstanding, 0, new ClaimCredit(fleet, outstanding.byClass(), flow::estimate));
            lastCountNanos = nanos;
        }
    }

    /** Claims while more is waiting than one claim takes; false if somebody else does. */
    private boolean claim(AgentTrust.Fillable agents, boolean groups) {
        Claim claim;
        do {
            CreditPolicy policy = new CreditPolicy(agents, flow::estimate, headroom.fronts(), contenders);
            claim = backlog.claim(policy, settings.maxClaim(), new BacklogStore.Starts(groups, dagsInLine()));
            if (claim.busy()) {
                return false;
            }
            claim.starts().forEach(this::start);
            claim.notices().forEach(this::notifyRun);
            headroom.looked(agents.fleet(), claim.outstanding(), claim.tasks(), policy.credit());
            lastCountNanos = System.nanoTime();
            if (claim.tasks() > 0) {
                headroom.waiting(backlog.queueFronts(agents.fleet().taskClasses()));
            }
            pace.claimed(lastCountNanos, claim.tasks(), groups, groupsOf(claim));
        } while (claim.more() && loop.isRunning());
        return true;
    }

    private static int groupsOf(Claim claim) {
        return (int) claim.starts().stream()
                .filter(start -> start.kind() == RunKind.GROUP)
                .count();
    }

    /** DAGs that may join those which wait to be started. */
    private int dagsInLine() {
        return Math.max(
                0,
                DAGS_IN_LINE * settings.maxStarts() - outstanding(RunKind.DAG).get());
    }

    private AtomicInteger outstanding(RunKind kind) {
        return switch (kind) {
            case DAG -> dagStartsOutstanding;
            case GROUP -> groupStartsOutstanding;
        };
    }

    /** A start that fails is repeated later. */
    private void start(RunStart start) {
        outstanding(start.kind()).incrementAndGet();
        ConcurrentSteps ofKind = start.kind() == RunKind.DAG ? dagStarts : groupStarts;
        ofKind.enqueue(() -> {
            long begun = System.nanoTime();
            try {
                boolean _ = starter.start(start);
                if (start.kind() == RunKind.GROUP) {
                    pace.startTook(Duration.ofNanos(System.nanoTime() - begun));
                }
            } finally {
                outstanding(start.kind()).decrementAndGet();
                wake.now();
            }
        });
    }

    /** A run that cannot be told is told again later. */
    private void notifyRun(ReleaseSignal notice) {
        notices.enqueue(() -> starter.notify(notice));
    }

    /** Exchanges what was measured, and repeats what broke off: starts that nobody finished, releases of which nobody heard. */
    private void sweep() {
        long now = System.nanoTime();
        if (now - lastSweepNanos < TimeUnit.NANOSECONDS.convert(SWEEP_EVERY)) {
            return;
        }
        lastSweepNanos = now;
        flow.exchange(headroom.fleet());
        shares.tell();
        for (RunStart start : starts.takeOverStuck(START_IS_STUCK_AFTER, MAX_STUCK_STARTS)) {
            start(start);
        }
        for (ReleaseSignal notice : starts.takeUnheard(RELEASE_IS_UNHEARD_AFTER, REPEAT_RELEASE_AFTER, MAX_UNHEARD)) {
            notifyRun(notice);
        }
    }
}
