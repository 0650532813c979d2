package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.workload.Levels;
import io.agentorchestrator.benchmarks.loadtest.workload.Request;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Something small that tells how an engine stands beside others: what is submitted, what is counted, and what is wanted. */
enum SmallWorkload {
    SINGLE_TASKS("2,000 single tasks by 50 clients", "single_tasks_per_second", 50, true, " tasks/s", 1_000, 23),
    FAN_OUT("fan-out 1, 200, 1", "fan_out_seconds", 1, false, " s", 0.25, 2.6),
    CHAIN("chain of 20", "chain_ms_per_step", 1, false, " ms a step", 6.5, 1.7),
    DAGS("100 DAGs of 1, 4, 4, 1 at once", "dag_tasks_per_second", 100, true, " tasks/s", 700, 4.3);

    private static final int SINGLES = 2_000;
    private static final int SMALL_DAGS = 100;
    private static final int LINKS = 20;
    private static final double MILLIS_PER_SECOND = 1e3;

    /** The name of its figure in the hand-written program. */
    final String field;
    /** The number of clients that send at once. */
    final int clients;
    /** The figure that the product's best must reach. */
    final double goal;
    /** By how many times the product's best must be better than the best by hand. */
    final double goalRatio;

    private final String words;
    private final boolean rate;
    private final String unit;

    /** @param rate whether more is better */
    SmallWorkload(String words, String field, int clients, boolean rate, String unit, double goal, double goalRatio) {
        this.words = words;
        this.field = field;
        this.clients = clients;
        this.rate = rate;
        this.unit = unit;
        this.goal = goal;
        this.goalRatio = goalRatio;
    }

    /** The requests to submit, of tasks of this type. */
    List<Request> requests(String taskType) {
        Levels levels = new Levels(taskType);
        return switch (this) {
            case SINGLE_TASKS -> Collections.nCopies(SINGLES, levels.single());
            case FAN_OUT -> List.of(levels.dag("fan-out", 1, 200, 1));
            case CHAIN -> {
                int[] ones = new int[LINKS];
                Arrays.fill(ones, 1);
                yield List.of(levels.dag("chain", ones));
            }
            case DAGS -> Collections.nCopies(SMALL_DAGS, levels.dag("small", 1, 4, 4, 1));
        };
    }

    /** The figure of so many tasks that took so long from the first request to the last end. */
    double figure(int tasks, double seconds) {
        return switch (this) {
            case SINGLE_TASKS, DAGS -> tasks / seconds;
            case FAN_OUT -> seconds;
            case CHAIN -> MILLIS_PER_SECOND * seconds / tasks;
        };
    }

    String shown(double figure) {
        return Figures.decimal(figure) + unit;
    }

    double best(List<Double> figures) {
        return rate ? Collections.max(figures) : Collections.min(figures);
    }

    double worst(List<Double> figures) {
        return rate ? Collections.min(figures) : Collections.max(figures);
    }

    /** The factor by which one figure is better than another. */
    double ratio(double ours, double theirs) {
        return rate ? ours / theirs : theirs / ours;
    }

    boolean reaches(double figure) {
        return ratio(figure, goal) >= 1;
    }

    /** The figure that must be reached, in words. */
    String goalWords() {
        return words + ": at " + (rate ? "least " : "most ") + shown(goal);
    }

    @Override
    public String toString() {
        return words;
    }
}
