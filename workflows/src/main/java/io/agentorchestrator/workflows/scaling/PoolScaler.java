package io.agentorchestrator.workflows.scaling;

import io.agentorchestrator.workflows.scaling.ScalingDecision.Reason;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * Decides the replicas of one pool from look to look: up at once, down slowly, not to and fro.
 *
 * <pre>wish = max(⌈slots(demand) / slots of a replica⌉, ⌈forecast / utilization / slots of a replica⌉), from min to max</pre>
 *
 * <p>A wish that is higher than the replicas by more than the tolerance is followed at once. Replicas are taken away when the highest wish of the whole
 * stabilization window is lower by more than the tolerance, and down to that wish: the rules of Kubernetes' horizontal pod autoscaler
 * (stabilization window of scaling down, tolerance). So a pool goes to zero when in a whole window nothing waited, nothing ran and nothing was due
 * within the start time of a replica; and from zero as soon as anything waits or is due. Where a look is missing, nothing changes; after
 * a gap of a window, or a clock that goes back by one, the window begins anew.
 *
 * <p>Of fixed size. Knows no clock; not thread-safe.
 */
public final class PoolScaler {
    /** Cells of the window: a wish counts for a twentieth of the window longer than it has to. */
    private static final int CELLS = 20;

    private final ScalingPolicy policy;
    private final ReplicaRange range;
    private final long cellMillis;
    private final int[] highest = new int[CELLS + 1];
    private long cell;
    private long since;
    private long lastMillis;
    private int replicas;

    /**
     * Begins with what is there.
     *
     * @param replicas that the pool has now
     * @param now time of the beginning: nothing is taken away for a window from then on
     */
    public PoolScaler(ScalingPolicy policy, ReplicaRange range, int replicas, Instant now) {
        this.policy = policy;
        this.range = range;
        this.replicas = Math.clamp(replicas, range.min(), range.max());
        this.cellMillis = Math.max(1, Math.ceilDiv(policy.stabilization().toMillis(), CELLS));
        this.lastMillis = now.toEpochMilli();
        this.since = lastMillis;
        this.cell = lastMillis / cellMillis;
    }

    /**
     * Decides.
     *
     * @param now of the look; a time up to a window before that of the last look counts as that
     * @param demand of this moment
     * @param forecast highest load that is due before a replica that is wanted now has started, in busy slots; empty where no forecast is trusted
     */
    public ScalingDecision decide(Instant now, PoolDemand demand, OptionalDouble forecast) {
        int reactive = range.replicas(demand.slots(policy));
        int ahead = forecast.isPresent() ? range.replicas(forecast.getAsDouble() / policy.targetUtilization()) : 0;
        int wish = Math.max(reactive, ahead);
        note(now.toEpochMilli(), wish);
        Reason reason = follow(wish, reactive);
        return new ScalingDecision(replicas, reactive, ahead, reason);
    }

    /** The replicas that were decided last. */
    public int replicas() {
        return replicas;
    }

    private void note(long millis, int wish) {
        long passed = millis - lastMillis;
        if (Math.abs(passed) > policy.stabilization().toMillis()) {
            Arrays.fill(highest, 0);
            since = millis;
            lastMillis = millis;
            cell = millis / cellMillis;
        }
        lastMillis = Math.max(lastMillis, millis);
        long now = lastMillis / cellMillis;
        while (cell < now) {
            highest[Math.floorMod(++cell, highest.length)] = 0;
        }
        int index = Math.floorMod(now, highest.length);
        highest[index] = Math.max(highest[index], wish);
    }

    private Reason follow(int wish, int reactive) {
        if (wish - replicas > policy.tolerance() * replicas) {
            replicas = wish;
            return wish == reactive ? Reason.DEMAND : Reason.FORECAST;
        }
        boolean wholeWindow = lastMillis - since >= policy.stabilization().toMillis();
        int kept = Arrays.stream(highest).max().orElse(wish);
        if (wholeWindow && replicas - kept > policy.tolerance() * replicas) {
            replicas = kept;
            return Reason.LOWERED;
        }
        return Reason.HELD;
    }
}
