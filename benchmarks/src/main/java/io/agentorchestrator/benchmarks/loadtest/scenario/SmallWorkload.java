package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.workload.Levels;
import io.agentorchestrator.benchmarks.loadtest.workload.Request;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Something small that tells how an engine stands beside others: what is submitted, what is counted, and what is wanted. */
enum SmallWorkload {
    SINGLE_TASKS("2,000 single tasks by 50 clients", "single_tasks_per_second", 50),
    FAN_OUT("fan-out 1, 200, 1", "fan_out_seconds", 1),
    CHAIN("chain of 20", "chain_ms_per_step", 1),
    DAGS("100 DAGs of 1, 4, 4, 1 at once", "dag_tasks_per_second", 100);

    private static final int SINGLES = 2_000;
    private static final int SMALL_DAGS = 100;
    private static final int LINKS = 20;
    private static final double MILLIS_PER_SECOND = 1e3;

    private final String words;
    private final String field;
    private final int clients;

    SmallWorkload(String words, String field, int clients) {
        this.words = words;
        this.field = field;
        this.clients = clients;
    }

    /**
     * The goal for the product.
     *
     * @param rate whether more is better
     * @param figure that the best must reach
     * @param ratio by how many times the best must be better than the best by hand
     */
    record Goal(boolean rate, double figure, double ratio) {}

    String words() {
        return words;
    }

    /** The name of its figure in the hand-written program. */
    String field() {
        return field;
    }

    /** The number of clients that send at once. */
    int clients() {
        return clients;
    }

    Goal goal() {
        return switch (this) {
            case SINGLE_TASKS -> new Goal(true, 1_000, 23);
            case FAN_OUT -> new Goal(false, 0.25, 2.6);
            case CHAIN -> new Goal(false, 6.5, 1.7);
            case DAGS -> new Goal(true, 700, 4.3);
        };
    }

    /** The requests to submit, of tasks of this type. */
    List<Request> requests(String taskType) {
        Levels levels = new Levels(taskType);
        return switch (this) {
            case SINGLE_TASKS -> Collections.nCopies(SINGLES, levels.single());
            case FAN_OUT -> List.of(levels.dag("fan-out", 1, 200, 1));
            case CHAIN ->
                List.of(levels.dag(
                        "chain", IntStream.generate(() -> 1).limit(LINKS).toArray()));
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
        return switch (this) {
            case SINGLE_TASKS, DAGS -> Figures.decimal(figure) + " tasks/s";
            case FAN_OUT -> Figures.decimal(figure) + " s";
            case CHAIN -> Figures.decimal(figure) + " ms a step";
        };
    }

    double best(List<Double> figures) {
        return goal().rate() ? Collections.max(figures) : Collections.min(figures);
    }

    double worst(List<Double> figures) {
        return goal().rate() ? Collections.min(figures) : Collections.max(figures);
    }

    /** The factor by which one figure is better than another. */
    double ratio(double ours, double theirs) {
        return goal().rate() ? ours / theirs : theirs / ours;
    }

    boolean reaches(double figure) {
        return goal().rate() ? figure >= goal().figure() : figure <= goal().figure();
    }
}
