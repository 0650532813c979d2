package io.agentorchestrator.activities.breaker;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.loop.StepGuard;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The circuit breakers of all agents, as this worker sees them. Whoever asks is answered from memory, whoever tells is not held up:
 * what happened is shared with the other workers beside, one thing after the other, and theirs is here by the next {@link #refresh}. While
 * the store is away this worker counts by itself. Thread-safe.
 */
public final class Breakers implements AutoCloseable {
    /** Shortest time for which a trial without an answer keeps others away. */
    public static final Duration TRIAL_FOR = Duration.ofSeconds(60);
    /** Added to it: the time needed to notice a timeout or a lost agent, whose failure is the trial's. */
    static final Duration TRIAL_MARGIN = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(Breakers.class);
    private static final String SHARING = "sharing circuit breakers";
    private static final Duration REFRESH_EVERY = Duration.ofSeconds(1);
    /** Delay until a success is set against failures that others may have counted meanwhile. */
    private static final Duration SUCCESS_SHARED_WITHIN = Duration.ofMillis(100);

    private final BreakerStore store;
    private final Supplier<Set<String>> agentIds;
    private final Clock clock;
    private final String writer = UUID.randomUUID().toString();
    private final Map<String, SharedBreaker> breakers = new ConcurrentHashMap<>();
    /** Agents whose breaker is about to be shared. */
    private final Set<String> toShare = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean isRefreshDue = new AtomicBoolean();
    private final PollLoop refreshing = new PollLoop(SHARING, REFRESH_EVERY, this::refresh);
    private final StepGuard guard = new StepGuard(LOG, SHARING);
    /** Guarded by this, as all that goes to the store is. */
    private long lastWrite;

    /**
     * Shares nothing that others do until {@link #start}, or {@link #refresh}.
     *
     * @param agentIds the agents that can be reached
     */
    public Breakers(BreakerStore store, Supplier<Set<String>> agentIds, Clock clock) {
        this.store = store;
        this.agentIds = agentIds;
        this.clock = clock;
    }

    /** Refreshes each second from now on. To be called once. */
    public void start() {
        refreshing.start();
    }

    /** Takes over what other workers have stored, and shares what they have not heard. */
    public synchronized void refresh() {
        isRefreshDue.set(false);
        Set<String> present = Set.copyOf(agentIds.get());
        breakers.keySet().retainAll(present);
        boolean isRead = guard.call(() -> readAll(present), false);
        if (!isRead) {
            present.forEach(this::breaker); // those of which we know nothing begin closed
        }
        BreakerEvent tick = new BreakerEvent.TimePassed(now());
        breakers.forEach((agentId, breaker) -> {
            boolean _ = breaker.add(tick);
            if (isRead && breaker.isPending()) {
                share(agentId, breaker);
            }
        });
    }

    /** Where the agent's breaker is; null for an agent that was not looked up yet. */
    public @Nullable BreakerPhase phase(String agentId) {
        SharedBreaker breaker = breakers.get(agentId);
        return breaker == null ? null : breaker.view().phase();
    }

    /** Consecutive failures of the agent, as far as this worker knows. */
    public int failures(String agentId) {
        SharedBreaker breaker = breakers.get(agentId);
        return breaker == null ? 0 : breaker.view().failures();
    }

    /** Tells whether the agent may be given one task, if {@link #claimTrial} succeeds. */
    public boolean isTrialFree(String agentId) {
        SharedBreaker breaker = breakers.get(agentId);
        return breaker != null && breaker.view().isTrialFree();
    }

    /** The agent did what an agent has to do. */
    public void succeeded(String agentId, DispatchRef dispatch) {
        happened(agentId, new BreakerEvent.Succeeded(dispatch, now()));
    }

    /**
     * The agent failed by a fault of its own.
     *
     * @param dispatch null: nothing to do with one dispatch
     */
    public void failed(String agentId, @Nullable DispatchRef dispatch) {
        happened(agentId, new BreakerEvent.Failed(dispatch, now()));
    }

    /** The dispatch says nothing of the agent. If it is the trial, another may be claimed. */
    public void trialReturned(String agentId, DispatchRef dispatch) {
        happened(agentId, new BreakerEvent.TrialReturned(dispatch, now()));
    }

    /**
     * Claims the one trial of a half-open breaker for a dispatch.
     *
     * @param timeout of the attempt
     * @param answer hears whether it was given, on a thread of ours: must not block
     */
    public void claimTrial(String agentId, DispatchRef dispatch, Duration timeout, Consumer<Boolean> answer) {
        guard.after(Duration.ZERO, () -> answer.accept(guard.call(() -> claim(agentId, dispatch, timeout), false)));
    }

    @Override
    public void close() {
        refreshing.stop();
    }

    private void happened(String agentId, BreakerEvent event) {
        SharedBreaker breaker = breaker(agentId);
        if (breaker.add(event)) {
            if (toShare.add(agentId)) {
                guard.after(Duration.ZERO, () -> {
                    toShare.remove(agentId);
                    share(agentId, breaker);
                });
            }
        } else if (isRefreshDue.compareAndSet(false, true)) {
            guard.after(SUCCESS_SHARED_WITHIN, this::refresh);
        }
    }

    private synchronized boolean claim(String agentId, DispatchRef dispatch, Duration timeout) {
        SharedBreaker breaker = breaker(agentId);
        Instant now = now();
        Instant expiresAt =
                now.plus(timeout.compareTo(TRIAL_FOR) > 0 ? timeout : TRIAL_FOR).plus(TRIAL_MARGIN);
        boolean _ = breaker.add(new BreakerEvent.TrialWanted(dispatch, expiresAt, now));
        share(agentId, breaker);
        return breaker.view().isTrial(dispatch);
    }

    private boolean readAll(Set<String> present) {
        Map<String, Breaker> found = store.load(present);
        for (String agentId : present) {
            breaker(agentId).adopt(found.getOrDefault(agentId, Breaker.NONE));
        }
        return true;
    }

    /** Applies what happened here to what is stored; a refresh tries again what could not be stored. */
    private synchronized void share(String agentId, SharedBreaker breaker) {
        guard.run(() -> {
            String write = writer + "/" + ++lastWrite;
            breaker.written(store.change(agentId, found -> breaker.next(found, write)));
        });
    }

    private SharedBreaker breaker(String agentId) {
        return breakers.computeIfAbsent(agentId, id -> new SharedBreaker());
    }

    /** The time, as precise as it is stored. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
