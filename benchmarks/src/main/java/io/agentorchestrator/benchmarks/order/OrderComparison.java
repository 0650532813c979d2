package io.agentorchestrator.benchmarks.order;

import io.agentorchestrator.benchmarks.loadtest.workload.WorkflowDag;
import io.agentorchestrator.benchmarks.loadtest.workload.WorkflowDag.Step;
import io.agentorchestrator.benchmarks.loadtest.workload.WorkflowFamily;
import io.agentorchestrator.workflows.dag.Topology;
import io.agentorchestrator.workflows.forecast.ListSchedule;
import io.agentorchestrator.workflows.forecast.Pool;
import io.agentorchestrator.workflows.forecast.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makespans of workflows of a family, on a pool a quarter as wide: with the longest remaining path first, as a ratio to the order of the document.
 *
 * @param mean of the ratios
 * @param band half of the 95 % confidence interval of the mean
 * @param best the lowest
 * @param worst the highest
 */
record OrderComparison(double mean, double band, double best, double worst) {
    /** Seeds whose workflows the times of types are measured on: none of those that are compared. */
    private static final int MEASURED_FROM = 1_000_000;

    private static final int MEASURED = 30;

    /** Two-sided 95 % quantile of Student's distribution with 29 degrees of freedom. */
    private static final double STUDENT_29 = 2.045;

    /** Standard deviation of the logarithm of a rough estimate against the truth. */
    private static final double ROUGHNESS = 0.3;

    /** The knowledge of how long tasks take. */
    enum Knowledge {
        /** Their types' measured times, and the same complexity for all. */
        BY_TYPE,
        /** Complexities that are right to within 30 % or so. */
        ROUGH,
        /** Complexities in proportion to the time. */
        EXACT
    }

    /**
     * Compares over seeds from 0.
     *
     * @param shuffled whether the document lists the tasks in any order; otherwise it lists stage by stage, as recipes do
     */
    static OrderComparison of(WorkflowFamily family, int seeds, Knowledge knowledge, boolean shuffled) {
        Map<String, Double> means = measured(family);
        double[] ratios = new double[seeds];
        for (int seed = 0; seed < seeds; seed++) {
            WorkflowDag dag = family.draw(seed);
            Random random = new Random(seed);
            double[] expected = dag.tasks().stream()
                    .mapToDouble(step -> switch (knowledge) {
                        case BY_TYPE -> means.getOrDefault(step.type(), 1.0);
                        case ROUGH -> step.seconds() * Math.exp(ROUGHNESS * random.nextGaussian());
                        case EXACT -> step.seconds();
                    })
                    .toArray();
            List<Integer> places =
                    new ArrayList<>(IntStream.range(0, expected.length).boxed().toList());
            if (shuffled) {
                Collections.shuffle(places, random);
            }
            Topology topology =
                    Topology.of(dag.tasks().stream().map(Step::parents).toArray(int[][]::new));
            double[] remaining = topology.remaining(expected);
            Comparator<Integer> document = Comparator.comparingInt(places::get);
            ratios[seed] = makespan(
                            dag,
                            topology,
                            Comparator.comparingDouble((Integer task) -> -remaining[task])
                                    .thenComparing(document))
                    / makespan(dag, topology, document);
        }
        DoubleSummaryStatistics all = Arrays.stream(ratios).summaryStatistics();
        double squares = Arrays.stream(ratios)
                .map(ratio -> (ratio - all.getAverage()) * (ratio - all.getAverage()))
                .sum();
        double error = Math.sqrt(squares / (seeds - 1) / seeds);
        return new OrderComparison(all.getAverage(), STUDENT_29 * error, all.getMin(), all.getMax());
    }

    private static Map<String, Double> measured(WorkflowFamily family) {
        List<Step> steps = new ArrayList<>();
        for (int seed = 0; seed < MEASURED; seed++) {
            steps.addAll(family.draw(MEASURED_FROM + seed).tasks());
        }
        return steps.stream().collect(Collectors.groupingBy(Step::type, Collectors.averagingDouble(Step::seconds)));
    }

    private static double makespan(WorkflowDag dag, Topology topology, Comparator<Integer> order) {
        BitSet anyType = new BitSet();
        anyType.set(0);
        ListSchedule schedule = new ListSchedule(
                topology,
                new int[topology.size()],
                ListSchedule.by(topology.size(), order),
                List.of(new Pool(anyType, dag.quarterOfWidth())));
        double[] seconds = dag.tasks().stream().mapToDouble(Step::seconds).toArray();
        return Arrays.stream(schedule.finishes(seconds, Progress.none(topology.size())))
                .max()
                .orElse(0);
    }
}
