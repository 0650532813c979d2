package io.agentorchestrator.activities.breaker;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.breaker.BreakerState.Phase;
import io.agentorchestrator.activities.loop.StepGuard;
import io.agentorchestrator.activities.loop.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The circuit breakers of all agents, as this worker sees them. Whoever asks is answered from memory, whoever tells is not held up:
 * a thread of its own shares what happened with the other workers, and has theirs by the next {@link #refresh}. While the store
 * is away this worker counts by itself, and lets its own trials through. Thread-safe.
 */
public final class Breakers implements AutoCloseable {
    /** How long a trial without an answer keeps others away at least. */
    public static final Duration TRIAL_FOR = Duration.ofSeconds(60);
    /** Added to it: what the session needs to notice a timeout or a lost agent, whose failure is the trial's. */
    static final Duration TRIAL_MARGIN = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(Breakers.class);
    private static final String SHARING = "sharing circuit breakers";
    private static final Duration REFRESH_EVERY = Duration.ofSeconds(1);
    /** Writes tried one after the other while other workers write the same breaker. */
    private static final int MAX_WRITES = 16;

    private final BreakerStore store;
    private final Supplier<Set<String>> agentIds;
    private final BreakerNews news;
    private final Clock clock;
    private final String writer = UUID.randomUUID().toString();
    private final Map<String, SharedBreaker> breakers = new ConcurrentHashMap<>();
    /** Agents whose breaker is about to be shared. */
    private final Set<String> toShare = ConcurrentHashMap.newKeySet();

    private final Timer sharing = new Timer(LOG, "breakers");
    private final StepGuard guard = new StepGuard(LOG, SHARING);
    /** Agents whose breaker the store was asked for; only the sharing thread touches it. */
    private final Set<String> lookedUp = new HashSet<>();

    private long lastWrite;

    /**
     * Shares nothing that others do until {@link #start}, or {@link #refresh}.
     *
     * @param store closed together with this
     * @param agentIds the agents that can be reached
     */
    public Breakers(BreakerStore store, Supplier<Set<String>> agentIds, BreakerListener listener, Clock clock) {
        this.store = new GuardedBreakerStore(store);
        this.agentIds = agentIds;
        this.news = new BreakerNews(listener);
        this.clock = clock;
    }

    /** Refreshes each second from now on. To be called once. */
    public void start() {
        sharing.every(REFRESH_EVERY, Duration.ZERO, SHARING, this::refreshNow);
    }

    /** Takes over what other workers have stored, and shares what they have not heard. */
    public CompletableFuture<Void> refresh() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean begun = sharing.soon(SHARING, () -> {
            try {
                refreshNow();
            } finally {
                done.complete(null);
            }
        });
        return begun ? done : CompletableFuture.failedFuture(new IllegalStateException("the breakers are closed"));
    }

    /** Where the agent's breaker is; null for an agent that was not looked up yet. */
    public @Nullable Phase phase(String agentId) {
        SharedBreaker breaker = breakers.get(agentId);
        return breaker == null ? null : breaker.view().phase();
    }

    /** Whether the agent may be given one task, if {@link #claimTrial} succeeds. */
    public boolean isTrialFree(String agentId) {
        SharedBreaker breaker = breakers.get(agentId);
        return breaker != null && breaker.view().state().isTrialFree();
    }

    /** What this worker sees, by agent id. */
    public Map<String, Breaker> all() {
        Map<String, Breaker> all = new HashMap<>();
        breakers.forEach((agentId, breaker) -> all.put(agentId, breaker.view()));
        return Map.copyOf(all);
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
        boolean begun = sharing.soon(
                "claiming the trial of agent " + agentId,
                () -> answer.accept(guard.call(() -> claim(agentId, dispatch, timeout), false)));
        if (!begun) {
            answer.accept(false);
        }
    }

    @Override
    public void close() {
        sharing.stop();
        news.close();
        store.close();
    }

    private void happened(String agentId, BreakerEvent event) {
        SharedBreaker breaker = breaker(agentId);
        breaker.add(event);
        news.note(agentId, breaker.view());
        if (toShare.add(agentId)) {
            boolean _ = sharing.soon(SHARING, () -> {
                toShare.remove(agentId);
                boolean _ = share(agentId, breaker);
            });
        }
    }

    private boolean claim(String agentId, DispatchRef dispatch, Duration timeout) {
        SharedBreaker breaker = breaker(agentId);
        Instant now = now();
        Instant expiresAt =
                now.plus(timeout.compareTo(TRIAL_FOR) > 0 ? timeout : TRIAL_FOR).plus(TRIAL_MARGIN);
        breaker.add(new BreakerEvent.TrialWanted(dispatch, expiresAt, now));
        boolean contested = !share(agentId, breaker);
        if (contested) {
            breaker.add(new BreakerEvent.TrialReturned(dispatch, now));
            return false;
        }
        return breaker.view().state().isTrial(dispatch);
    }

    private void refreshNow() {
        Set<String> present = Set.copyOf(agentIds.get());
        breakers.entrySet()
                .removeIf(entry ->
                        !present.contains(entry.getKey()) && !entry.getValue().isPending());
        lookedUp.retainAll(present);
        news.retain(present);
        readAll(present);
        BreakerEvent tick = new BreakerEvent.TimePassed(now());
        breakers.forEach((agentId, breaker) -> guard.run(() -> {
            breaker.add(tick);
            if (breaker.isPending()) {
                boolean _ = share(agentId, breaker);
            }
            news.note(agentId, breaker.view());
        }));
        news.tell();
    }

    private void readAll(Set<String> present) {
        try {
            Map<String, Breaker> found = store.load(present);
            for (String agentId : present) {
                Breaker stored = found.getOrDefault(agentId, Breaker.NONE);
                SharedBreaker breaker = breaker(agentId);
                breaker.adopt(stored);
                if (lookedUp.add(agentId) && breaker.view().version() == 0) {
                    // Nothing is stored: whatever readers were told of this agent long ago is not so any more.
                    news.note(agentId, new Breaker(stored.state(), clock.millis() - 1, ""));
                }
            }
        } catch (RuntimeException | Error failure) {
            failed(failure);
            present.forEach(this::breaker); // those of which we know nothing begin closed
        }
    }

    /**
     * Brings the store up to date with what happened here, and us with what happened elsewhere; later, if the store is away.
     *
     * @return false if others wrote so often that it has to wait
     */
    private boolean share(String agentId, SharedBreaker breaker) {
        try {
            if (breaker.isInDoubt()) {
                breaker.adopt(load(agentId));
            }
            for (int tries = 0; tries < MAX_WRITES; tries++) {
                SharedBreaker.Attempt attempt = breaker.attempt(writer + "/" + ++lastWrite);
                Breaker found = attempt.changes()
                        ? store.swap(agentId, attempt.expectedVersion(), attempt.next())
                        : load(agentId);
                boolean done = attempt.changes()
                        ? found.writer().equals(attempt.next().writer())
                        : found.version() == attempt.expectedVersion();
                if (done) {
                    breaker.done(attempt);
                    return true;
                }
                breaker.adopt(found);
            }
            return false;
        } catch (RuntimeException | Error failure) {
            failed(failure);
            return true; // it is shared later
        } finally {
            news.note(agentId, breaker.view());
        }
    }

    /** That the store is away, is said where it is asked. */
    private void failed(Throwable failure) {
        if (failure instanceof BreakerStoreAwayException away) {
            LOG.debug("circuit breakers are not shared for the moment", away);
        } else {
            guard.failed(failure);
        }
    }

    private Breaker load(String agentId) {
        return store.load(Set.of(agentId)).getOrDefault(agentId, Breaker.NONE);
    }

    private SharedBreaker breaker(String agentId) {
        return breakers.computeIfAbsent(agentId, id -> new SharedBreaker());
    }

    /** As precise as it is stored. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
