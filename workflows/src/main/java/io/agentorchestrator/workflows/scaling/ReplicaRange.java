package io.agentorchestrator.workflows.scaling;

/**
 * The replicas that a pool may have.
 *
 * @param min 0 lets it be without any while nothing waits, runs or is due
 * @param max at most {@link #MAX_REPLICAS}
 * @param slots of one replica, 1 or more
 */
public record ReplicaRange(int min, int max, int slots) {
    /** Bound of any pool. */
    public static final int MAX_REPLICAS = 10_000;

    public ReplicaRange {
        if (min < 0 || max < min || max > MAX_REPLICAS) {
            throw new IllegalArgumentException(
                    "0 <= min <= max <= " + MAX_REPLICAS + " does not hold: min " + min + ", max " + max);
        }
        if (slots < 1) {
            throw new IllegalArgumentException("slots is 1 or more, not " + slots);
        }
    }

    /** The replicas that have so many slots, within the range. */
    int replicas(double wantedSlots) {
        return (int) Math.clamp(Math.ceil(wantedSlots / slots), min, max);
    }
}
