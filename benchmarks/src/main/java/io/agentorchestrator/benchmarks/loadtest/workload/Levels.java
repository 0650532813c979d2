package io.agentorchestrator.benchmarks.loadtest.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tasks that do nothing, by themselves or in DAGs of levels where each task depends on all of the level above it. */
public final class Levels {
    private final String taskType;

    /** Tasks of one type. */
    public Levels(String taskType) {
        this.taskType = taskType;
    }

    /** Writes the dependencies of a task of the next level, as a member with a comma behind it. */
    interface Parents {
        String of(int above, int sizeAbove);
    }

    /** A task by itself. */
    public Request single() {
        return Request.single(task(""));
    }

    /**
     * A DAG.
     *
     * @param sizes how many tasks each level has
     */
    public Request dag(String name, int... sizes) {
        return dag(name, sizes, (above, size) -> dependsOn(IntStream.range(above, above + size)), this::task);
    }

    private String task(String members) {
        return "{" + members + "\"task_type\":\"" + taskType + "\",\"payload\":{\"sleep_ms\":0}}";
    }

    /** @param task writes one that has these members, too */
    static Request dag(String name, int[] sizes, Parents parents, UnaryOperator<String> task) {
        List<String> tasks = new ArrayList<>();
        int above = 0;
        int sizeAbove = 0;
        for (int size : sizes) {
            int first = tasks.size();
            for (int key = first; key < first + size; key++) {
                tasks.add(task.apply("\"key\":\"t" + key + "\"," + parents.of(above, sizeAbove)));
            }
            above = first;
            sizeAbove = size;
        }
        String json = "{\"name\":\"" + name + "\",\"tasks\":[" + String.join(",", tasks) + "]}";
        return Request.of("/v1/dags", json, tasks.size());
    }

    static String dependsOn(IntStream parents) {
        return parents.mapToObj(parent -> "\"t" + parent + '"')
                .collect(Collectors.joining(",", "\"depends_on\":[", "],"));
    }
}
