package io.agentorchestrator.activities.dispatch;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The place of a task on its way to an agent and back, as the worker that holds it sees it. Its table is the whole life cycle. */
public enum DispatchPhase {
    /** Released; its payload is being made. */
    PREPARING,
    /** Waits until an agent has room. */
    WAITING,
    /** The store is told to which agent it goes. */
    DISPATCHING,
    /** Committed to an agent, in whose ready queue it waits for a slot. */
    STAGED,
    /** Start was sent and not yet answered. */
    STARTING,
    /** At the agent, which has said so. */
    RUNNING,
    /** Perhaps at its agent, which cannot be asked for the moment. */
    DETACHED,
    /** Another worker had it, and the store is told that it is this one's now. */
    TAKING_OVER,
    /** Its outcome is known and being recorded. */
    RECORDING,
    /** Goes back to the backlog. */
    RETURNING,
    /** This worker has nothing more to do with it. */
    DONE;

    private static final Map<DispatchPhase, Set<DispatchPhase>> NEXT = new EnumMap<>(Map.of(
            PREPARING, EnumSet.of(WAITING, DISPATCHING, RECORDING, RETURNING, DONE),
            WAITING, EnumSet.of(DISPATCHING, RECORDING, RETURNING, DONE),
            DISPATCHING, EnumSet.of(STAGED, RECORDING, RETURNING, DONE),
            STAGED, EnumSet.of(STARTING, WAITING, RECORDING, RETURNING, DONE),
            STARTING, EnumSet.of(RUNNING, DETACHED, STAGED, WAITING, RECORDING, DONE),
            RUNNING, EnumSet.of(DETACHED, PREPARING, RECORDING, RETURNING, DONE),
            DETACHED, EnumSet.of(RUNNING, PREPARING, RECORDING, RETURNING, DONE),
            TAKING_OVER, EnumSet.of(DETACHED, DONE),
            RECORDING, EnumSet.of(DONE),
            RETURNING, EnumSet.of(DONE)));

    /** The phases that may follow. */
    Set<DispatchPhase> next() {
        return NEXT.getOrDefault(this, Set.of());
    }

    /** Tells whether the task takes a slot of its agent, as far as this worker knows. */
    boolean holdsSlot() {
        return this == STARTING || this == RUNNING || this == DETACHED;
    }

    /** Tells whether an agent may be executing the task. */
    boolean isAtAgent() {
        return holdsSlot() || this == TAKING_OVER;
    }
}
