package io.agentorchestrator.workflows.forecast;

import io.agentorchestrator.workflows.forecast.TypeTime.Expected;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Predicts when the tasks of a DAG end: the mean of list schedules whose times are drawn (log-normal, by the measured mean and spread; the error of
 * the mean itself is drawn once a type), and as error band two standard deviations of these. So the wait of a join for the last of many counts,
 * which the sum of means along a path leaves out. The same question has the same answer.
 */
public final class FinishForecast {
    /** Draws, for a DAG of few tasks. */
    private static final int MAX_DRAWS = 50;
    /** Draws, however many tasks there are. */
    private static final int MIN_DRAWS = 8;
    /** Tasks that are scheduled in all draws together; so a DAG of 10,000 tasks is drawn 10 times. */
    private static final int TASKS_DRAWN = 100_000;

    private final double[] sums;
    private final double[] squares;
    private int draws;
    private double sum;
    private double square;

    private FinishForecast(int size) {
        this.sums = new double[size];
        this.squares = new double[size];
    }

    /**
     * Predicts the ends.
     *
     * @param durations by task, of its whole length
     * @param typeOf by task, the number of its type; types have the error of their mean in common
     * @param seed of the draws
     */
    public static FinishForecast of(
            ListSchedule schedule, List<Expected> durations, int[] typeOf, Progress progress, long seed) {
        int size = durations.size();
        FinishForecast forecast = new FinishForecast(size);
        int open = Math.max(1, size - progress.ended().cardinality());
        int draws = Math.clamp(TASKS_DRAWN / open, MIN_DRAWS, MAX_DRAWS);
        Random random = new Random(seed);
        double[] errors = new double[size == 0 ? 0 : Arrays.stream(typeOf).max().orElse(0) + 1];
        double[] left = new double[size];
        for (int draw = 0; draw < draws; draw++) {
            for (int type = 0; type < errors.length; type++) {
                errors[type] = random.nextGaussian();
            }
            for (int task = 0; task < size; task++) {
                left[task] = progress.ended().get(task)
                        ? 0
                        : progress.left(task, drawn(durations.get(task), errors[typeOf[task]], random.nextGaussian()));
            }
            forecast.add(schedule.finishes(left, progress));
        }
        return forecast;
    }

    /** A time: log-normal, with this mean and standard deviation. */
    private static double drawn(Expected duration, double error, double normal) {
        double mean = Math.max(duration.seconds() / 10, duration.seconds() + error * duration.meanSigma());
        double ratio = mean == 0 ? 0 : duration.sigma() / mean;
        double variance = Math.log1p(ratio * ratio);
        return mean * Math.exp(Math.sqrt(variance) * normal - variance / 2);
    }

    private void add(double[] finishes) {
        draws++;
        double last = 0;
        for (int task = 0; task < finishes.length; task++) {
            sums[task] += finishes[task];
            squares[task] += finishes[task] * finishes[task];
            last = Math.max(last, finishes[task]);
        }
        sum += last;
        square += last * last;
    }

    /** The end of the last task. */
    public Finish last() {
        return finish(sum, square);
    }

    /** The end of a task; that of one that has ended is now. */
    public Finish of(int task) {
        return finish(sums[task], squares[task]);
    }

    private Finish finish(double total, double squared) {
        double mean = total / draws;
        if (Double.isInfinite(mean)) {
            return new Finish(mean, mean, mean);
        }
        double band = Expected.BAND * Math.sqrt(Math.max(0, squared / draws - mean * mean));
        return new Finish(mean, Math.max(0, mean - band), mean + band);
    }

    /**
     * An end, in seconds from now; infinite where no agent is for the task or for one before it.
     *
     * @param earliest the lower end of the error band
     * @param latest its upper end
     */
    public record Finish(double at, double earliest, double latest) {}
}
