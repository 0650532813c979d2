package io.agentorchestrator.workflows.plan;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Plans for tests. */
public final class Plans {
    private Plans() {}

    /** Any plan: dependencies go to lower or, half of the time, to higher indexes, never in a cycle. */
    public static Plan random(Random random, int maxSize) {
        int size = 1 + random.nextInt(maxSize);
        double density = random.nextDouble() * random.nextDouble();
        boolean turned = random.nextBoolean();
        int[][] parents = new int[size][];
        for (int task = 0; task < size; task++) {
            int from = turned ? task + 1 : 0;
            int to = turned ? size : task;
            parents[task] = IntStream.range(from, to)
                    .filter(_ -> random.nextDouble() < density)
                    .toArray();
        }
        List<RetryPolicy> policies = IntStream.rangeClosed(0, random.nextInt(3))
                .mapToObj(_ -> policy(random))
                .toList();
        List<PlanTask> tasks = new ArrayList<>();
        for (int task = 0; task < size; task++) {
            tasks.add(new PlanTask(
                    Priority.ofKey(1 + random.nextInt(5)),
                    random.nextInt(3) == 0 ? 1 : random.nextDouble() * 100,
                    policies.get(random.nextInt(policies.size()))));
        }
        return Plan.ofDag(List.of(OnFailure.values()).get(random.nextInt(3)), parents, tasks);
    }

    private static RetryPolicy policy(Random random) {
        return new RetryPolicy(
                1 + random.nextInt(4),
                Duration.ofMillis(random.nextInt(5_000)),
                1 + random.nextDouble() * 3,
                Duration.ofMillis(random.nextInt(60_000)),
                random.nextBoolean() ? List.of() : List.of("FATAL", "Überlauf"));
    }
}
