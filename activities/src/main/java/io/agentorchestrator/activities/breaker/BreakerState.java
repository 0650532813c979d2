package io.agentorchestrator.activities.breaker;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.workflows.model.Limits;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of an agent's circuit breaker, which says whether the agent is trusted with tasks, and the rules by which that changes. Pure.
 * While a breaker is open or half-open only the trial's own end counts: whatever else ends then was dispatched before it opened.
 */
public sealed interface BreakerState {
    /** Consecutive failures that open a breaker. */
    int FAILURES_TO_OPEN = 5;
    /** Time for which an open breaker lets nothing through. */
    Duration OPEN_FOR = Limits.BREAKER_OPEN_FOR;

    BreakerPhase phase();

    /** Consecutive failures. */
    int failures();

    /** When it opened last; null while closed. */
    @Nullable Instant openedAt();

    /** Tasks are dispatched. */
    record Closed(int failures) implements BreakerState {
        @Override
        public BreakerPhase phase() {
            return BreakerPhase.CLOSED;
        }

        @Override
        public @Nullable Instant openedAt() {
            return null;
        }
    }

    /** Nothing is dispatched. */
    record Open(int failures, Instant openedAt) implements BreakerState {
        @Override
        public BreakerPhase phase() {
            return BreakerPhase.OPEN;
        }
    }

    /**
     * One task may be dispatched, fleet-wide.
     *
     * @param trial that task's dispatch; null: to be claimed
     */
    record HalfOpen(
            int failures, Instant openedAt, @Nullable Trial trial) implements BreakerState {
        @Override
        public BreakerPhase phase() {
            return BreakerPhase.HALF_OPEN;
        }
    }

    /**
     * The dispatch whose end decides whether the agent is trusted again.
     *
     * @param expiresAt when it is taken for lost, and another may be claimed
     */
    record Trial(DispatchRef dispatch, Instant expiresAt) {}

    /** The state of a breaker without history. */
    static Closed pristine() {
        return new Closed(0);
    }

    /** Tells whether a task may be claimed as the trial. */
    default boolean isTrialFree() {
        return this instanceof HalfOpen halfOpen && halfOpen.trial() == null;
    }

    /** Tells whether this very dispatch is the trial. */
    default boolean isTrial(@Nullable DispatchRef dispatch) {
        return this instanceof HalfOpen halfOpen
                && halfOpen.trial() != null
                && halfOpen.trial().dispatch().equals(dispatch);
    }

    /** The state after the event. */
    default BreakerState on(BreakerEvent event) {
        return switch (this.at(event.at())) {
            case Closed closed ->
                switch (event) {
                    case BreakerEvent.Succeeded ignored -> pristine();
                    case BreakerEvent.Failed failed -> failed(closed, failed.at());
                    case BreakerEvent.TrialWanted ignored -> closed;
                    case BreakerEvent.TrialReturned ignored -> closed;
                    case BreakerEvent.TimePassed ignored -> closed;
                };
            case Open open -> open;
            case HalfOpen halfOpen ->
                switch (event) {
                    case BreakerEvent.Succeeded said -> halfOpen.isTrial(said.dispatch()) ? pristine() : halfOpen;
                    case BreakerEvent.Failed failed ->
                        halfOpen.isTrial(failed.dispatch()) ? new Open(halfOpen.failures() + 1, failed.at()) : halfOpen;
                    case BreakerEvent.TrialWanted wanted ->
                        halfOpen.trial() == null
                                ? with(halfOpen, new Trial(wanted.dispatch(), wanted.expiresAt()))
                                : halfOpen;
                    case BreakerEvent.TrialReturned returned ->
                        halfOpen.isTrial(returned.dispatch()) ? with(halfOpen, null) : halfOpen;
                    case BreakerEvent.TimePassed ignored -> halfOpen;
                };
        };
    }

    private BreakerState at(Instant now) {
        return switch (this) {
            case Closed closed -> closed;
            case Open open ->
                now.isBefore(open.openedAt().plus(OPEN_FOR))
                        ? open
                        : new HalfOpen(open.failures(), open.openedAt(), null);
            case HalfOpen halfOpen ->
                halfOpen.trial() == null || now.isBefore(halfOpen.trial().expiresAt())
                        ? halfOpen
                        : with(halfOpen, null);
        };
    }

    private static BreakerState failed(Closed closed, Instant now) {
        int failures = closed.failures() + 1;
        return failures >= FAILURES_TO_OPEN ? new Open(failures, now) : new Closed(failures);
    }

    private static HalfOpen with(HalfOpen halfOpen, @Nullable Trial trial) {
        return new HalfOpen(halfOpen.failures(), halfOpen.openedAt(), trial);
    }
}
