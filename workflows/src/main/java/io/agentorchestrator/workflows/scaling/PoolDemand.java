package io.agentorchestrator.workflows.scaling;

/**
 * The demand for one pool's slots: backlog and in flight together, so that agents which are busy count although nothing waits.
 *
 * @param waiting tasks that wait for capacity, of all types that the pool serves
 * @param waitingSeconds the time that these take by measured times, added up: slot-seconds
 * @param running tasks that run in its slots
 */
public record PoolDemand(long waiting, double waitingSeconds, long running) {
    /** Nothing to do. */
    public static final PoolDemand NONE = new PoolDemand(0, 0, 0);

    public PoolDemand {
        if (waiting < 0 || running < 0 || !Double.isFinite(waitingSeconds) || waitingSeconds < 0) {
            throw new IllegalArgumentException("a demand is 0 or more and finite: waiting " + waiting
                    + ", waitingSeconds " + waitingSeconds + ", running " + running);
        }
    }

    /** Tells whether nothing waits and nothing runs. */
    public boolean isNone() {
        return waiting == 0 && running == 0;
    }

    /** This demand and what else waits, added up. */
    PoolDemand plusWaiting(double tasks, double seconds) {
        return new PoolDemand(waiting + (long) Math.ceil(tasks), waitingSeconds + seconds, running);
    }

    /**
     * The slots that serve it, by Little's law (J. D. C. Little, 1961) for what runs and by the time in which the backlog is to be gone:
     *
     * <pre>slots = min(running / utilization + waitingSeconds / drainTime, (running + waiting) / utilization)</pre>
     *
     * <p>While tasks come as they end, {@code running} is the offered load, and {@code running / utilization} slots keep the utilization. A
     * backlog wants as many slots more as do its work within the drain time; never more than there are tasks.
     */
    public double slots(ScalingPolicy policy) {
        double kept = running / policy.targetUtilization();
        double drained = waitingSeconds / policy.drainSeconds();
        double all = (waiting + (double) running) / policy.targetUtilization();
        return Math.min(kept + (waiting == 0 ? 0 : Math.max(drained, Double.MIN_NORMAL)), all);
    }
}
