package io.agentorchestrator.workflows.release;

import java.time.Duration;

/**
 * The measured flow of tasks through one class of agents, and the credit that keeps its slots busy.
 *
 * <p>By Little's law (J. D. C. Little, 1961) the tasks in a system are its throughput times the time that each spends there. Slots that
 * are always busy end {@code rate = slots / execution} tasks a second. Each spends {@code execution} in its slot, and {@code latency} on its way
 * there and, after its outcome, until it is recorded and no longer counts. Since credit is refilled every {@code refill} only, that much work
 * has to be out ahead:
 *
 * <pre>credit = rate × (execution + latency + refill) = slots + rate × (latency + refill)</pre>
 *
 * <p>At least {@code slots + 1}; at most one second's work more than the slots, so that what waits behind them is short in time whatever
 * was measured; {@code 2 × slots} while nothing is known.
 *
 * @param latency mean time from a task's release until its agent accepted it, without the wait for a slot, plus from its outcome to its record;
 *     zero is unknown
 * @param execution mean time from accepted to outcome; zero is unknown
 */
public record FlowEstimate(Duration latency, Duration execution) {
    public static final FlowEstimate UNKNOWN = new FlowEstimate(Duration.ZERO, Duration.ZERO);

    /** Bounds what is believed of tasks that last no time: more a second passes no store, and would only wait. */
    static final double MAX_TASKS_PER_SECOND = 4_000;

    /** Latency before any was measured. */
    static final Duration USUAL_LATENCY = Duration.ofMillis(200);

    static final Duration MIN_REFILL = Duration.ofMillis(50);
    static final Duration MAX_REFILL = Duration.ofMillis(250);

    /** The refill interval is this part of an execution: a wait that short is not felt behind it, and groups grow. */
    private static final int REFILLS_PER_EXECUTION = 8;

    private static final double NANOS_PER_SECOND = 1e9;

    public FlowEstimate {
        if (latency.isNegative() || execution.isNegative()) {
            throw new IllegalArgumentException("negative: " + latency + ", " + execution);
        }
    }

    /** Tasks of so many slots that may be out of the backlog. */
    public int credit(int slots) {
        if (slots <= 0) {
            return 0;
        }
        if (execution.isZero()) {
            return 2 * slots;
        }
        Duration way = (latency.isZero() ? USUAL_LATENCY : latency).plus(refill());
        double seconds = Math.min(1.0, way.toNanos() / NANOS_PER_SECOND);
        return slots + Math.max(1, (int) Math.ceil(rate(slots) * seconds));
    }

    /** Time between two claims that refill the credit of busy slots. */
    public Duration refill() {
        Duration share = execution.dividedBy(REFILLS_PER_EXECUTION);
        if (share.compareTo(MIN_REFILL) < 0) {
            return MIN_REFILL;
        }
        return share.compareTo(MAX_REFILL) < 0 ? share : MAX_REFILL;
    }

    /** Free credit that is worth a claim: what busy slots use up in a refill interval, or a quarter of the credit where that is less. */
    public int worthAClaim(int slots) {
        int quarter = credit(slots) / 4;
        int used = execution.isZero() ? quarter : (int) (rate(slots) * refill().toNanos() / NANOS_PER_SECOND);
        return Math.max(1, Math.min(quarter, used));
    }

    private double rate(int slots) {
        return Math.min(MAX_TASKS_PER_SECOND, slots * NANOS_PER_SECOND / execution.toNanos());
    }
}
