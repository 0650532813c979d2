package io.agentorchestrator.benchmarks.loadtest.workload;

import java.nio.charset.StandardCharsets;

/** Tasks that do nothing, by themselves or in DAGs of levels where each task depends on all of the level above it. */
public final class Levels {
    private final String taskType;

    /** Tasks of one type. */
    public Levels(String taskType) {
        this.taskType = taskType;
    }

    /** A task by itself. */
    public Request single() {
        StringBuilder body = new StringBuilder("{");
        appendTask(body);
        return request(SingleTasks.PATH, body.append('}'), 1);
    }

    /**
     * A DAG.
     *
     * @param sizes how many tasks each level has
     */
    public Request dag(String name, int... sizes) {
        StringBuilder body = new StringBuilder("{\"name\":\"").append(name).append("\",\"tasks\":[");
        int count = 0;
        int above = 0;
        for (int size : sizes) {
            int first = count;
            for (int i = 0; i < size; i++) {
                body.append(count == 0 ? "{" : ",{")
                        .append("\"key\":\"t")
                        .append(count)
                        .append("\",\"depends_on\":[");
                for (int parent = above; parent < first; parent++) {
                    body.append(parent == above ? "\"t" : ",\"t").append(parent).append('"');
                }
                body.append("],");
                appendTask(body);
                body.append('}');
                count++;
            }
            above = first;
        }
        return request("/v1/dags", body.append("]}"), count);
    }

    private void appendTask(StringBuilder body) {
        body.append("\"task_type\":\"").append(taskType).append("\",\"payload\":{\"sleep_ms\":0}");
    }

    private static Request request(String path, StringBuilder body, int tasks) {
        return new Request(path, body.toString().getBytes(StandardCharsets.ISO_8859_1), tasks);
    }
}
