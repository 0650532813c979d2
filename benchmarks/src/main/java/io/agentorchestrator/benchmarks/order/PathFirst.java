package io.agentorchestrator.benchmarks.order;

import io.agentorchestrator.benchmarks.loadtest.workload.WorkflowFamily;
import io.agentorchestrator.benchmarks.order.OrderComparison.Knowledge;
import java.util.Locale;

/** Prints how much sooner workflows of each family end if the longest remaining path goes first. */
public final class PathFirst {
    private static final int SEEDS = 30;

    private PathFirst() {}

    public static void main(String[] arguments) {
        for (boolean shuffled : new boolean[] {false, true}) {
            System.out.println(
                    shuffled
                            ? "\nAgainst a document that lists its tasks in any order:\n"
                            : "Against a document that lists its tasks stage by stage:\n");
            System.out.println(
                    "| family | times by type | worst | complexity to within 30 % | worst | exact complexity | worst |");
            System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
            for (WorkflowFamily family : WorkflowFamily.values()) {
                StringBuilder row = new StringBuilder("| " + family.recipe());
                for (Knowledge knowledge : Knowledge.values()) {
                    OrderComparison found = OrderComparison.of(family, SEEDS, knowledge, shuffled);
                    row.append(String.format(
                            Locale.ROOT, " | %.3f ± %.3f | %.3f", found.mean(), found.band(), found.worst()));
                }
                System.out.println(row + " |");
            }
        }
    }
}
