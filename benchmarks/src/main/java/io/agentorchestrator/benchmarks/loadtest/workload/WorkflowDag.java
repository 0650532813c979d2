package io.agentorchestrator.benchmarks.loadtest.workload;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A scientific workflow: tasks in the order of its document.
 *
 * @param tasks by index; each depends only on earlier ones
 */
public record WorkflowDag(String name, List<Step> tasks) {
    public WorkflowDag {
        tasks = List.copyOf(tasks);
    }

    /**
     * A task.
     *
     * @param type of the recipe
     * @param parents indexes, ascending; not to be changed
     * @param seconds it takes, in this DAG
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Step(String type, int[] parents, double seconds) {}

    /** The most tasks on one level: those that could run at once, if levels went one after the other. */
    public int width() {
        int[] level = new int[tasks.size()];
        int[] counts = new int[tasks.size()];
        for (int task = 0; task < level.length; task++) {
            for (int parent : tasks.get(task).parents()) {
                level[task] = Math.max(level[task], level[parent] + 1);
            }
            counts[level[task]]++;
        }
        return Arrays.stream(counts).max().orElse(0);
    }

    /** The slots of a pool a quarter as wide. */
    public int quarterOfWidth() {
        return Math.max(1, Math.ceilDiv(width(), 4));
    }

    /** All work together, in seconds. */
    public double work() {
        return tasks.stream().mapToDouble(Step::seconds).sum();
    }

    /** Its types, in the order in which they occur. */
    public List<String> types() {
        return tasks.stream().map(Step::type).distinct().toList();
    }

    /** The request that submits it, each task sleeping so much of its time; its complexity is the time. */
    public Request request(double scale) {
        List<String> written = new ArrayList<>();
        for (int task = 0; task < tasks.size(); task++) {
            Step step = tasks.get(task);
            String parents = String.join(
                    ",",
                    Arrays.stream(step.parents())
                            .mapToObj(parent -> "\"t" + parent + "\"")
                            .toList());
            written.add(String.format(
                    Locale.ROOT,
                    "{\"key\":\"t%d\",\"task_type\":\"%s\",\"depends_on\":[%s],\"estimated_complexity\":%.3f,\"payload\":{\"sleep_ms\":%d}}",
                    task,
                    step.type(),
                    parents,
                    Math.max(0.001, step.seconds()),
                    Math.max(1, Math.round(step.seconds() * scale * 1e3))));
        }
        return Request.of(
                "/v1/dags",
                "{\"name\":\"%s\",\"tasks\":[%s]}".formatted(name, String.join(",", written)),
                tasks.size());
    }
}
