package io.agentorchestrator.activities.dispatch;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Sees that no slot of a {@link DispatchWorld} is free for long while its worker has something for it: where nothing has gone wrong, or some
 * time after the last fault. Of several workers each believes slots free that others have until it is refused, as these agents tell no loads.
 */
final class IdleSlotCheck {
    /** Time after the last fault from which on all is as if there had been none: tasks that hang have timed out, leases are over. */
    private static final long CALM_AFTER_NANOS = Duration.ofSeconds(210).toNanos();

    private static final long IDLE_NANOS = 500 * DispatchWorld.MILLI;
    private static final long EVERY_NANOS = 50 * DispatchWorld.MILLI;

    private final DispatchWorld world;
    /** Agents with a free slot for which something waits. */
    private final Map<String, Long> idleSince = new HashMap<>();

    IdleSlotCheck(DispatchWorld world) {
        this.world = world;
    }

    void check() {
        boolean isFaultless = !world.faults.isAny() && !world.isMistaken;
        boolean isCalm = isFaultless || world.now > DispatchWorld.FAULTS_UNTIL + CALM_AFTER_NANOS;
        world.agents.values().forEach(agent -> check(agent, isCalm && world.workers.size() == 1));
        if (world.now < DispatchWorld.END && !world.store.unfinished().isEmpty()) {
            world.after(EVERY_NANOS, this::check);
        }
    }

    private void check(SimulatedAgent agent, boolean isCalm) {
        boolean isIdle = isCalm
                && !agent.crashed
                && !agent.isStopped(world.now)
                && agent.running() < agent.slots
                && world.workers.values().stream().anyMatch(worker -> worker.keepsWaiting(agent.id));
        if (!isIdle) {
            idleSince.remove(agent.id);
        } else if (world.now - idleSince.computeIfAbsent(agent.id, id -> world.now) > IDLE_NANOS) {
            world.store.violations.add(agent.id + " has a free slot at " + world.now / DispatchWorld.MILLI
                    + " ms, and work waits: " + world.phases());
            idleSince.put(agent.id, world.now);
        }
    }
}
