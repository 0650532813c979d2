package io.agentorchestrator.workflows.forecast;

import java.util.BitSet;

/**
 * The progress of the tasks of a DAG, by index. Owned by its maker, and not to be changed any more.
 *
 * @param ended tasks that have ended, however
 * @param running tasks that agents have
 * @param elapsed for each running task the seconds that its agent has had it
 */
@SuppressWarnings("ArrayRecordComponent")
public record Progress(BitSet ended, BitSet running, double[] elapsed) {
    /** A running task that has taken longer than expected takes a further tenth of what it has taken. */
    private static final double OVERTIME = 0.1;

    /** Nothing has begun. */
    public static Progress none(int size) {
        return new Progress(new BitSet(), new BitSet(), new double[size]);
    }

    /** The rest of each task, if it takes so long in all; 0 of those that have ended. */
    public double[] left(double[] seconds) {
        double[] left = new double[seconds.length];
        for (int task = 0; task < left.length; task++) {
            left[task] = left(task, seconds[task]);
        }
        return left;
    }

    double left(int task, double seconds) {
        if (ended.get(task)) {
            return 0;
        }
        if (!running.get(task)) {
            return seconds;
        }
        double soFar = elapsed[task];
        return seconds > soFar ? seconds - soFar : OVERTIME * soFar;
    }
}
