package io.agentorchestrator.benchmarks.loadtest.workload;

import java.nio.charset.StandardCharsets;

/**
 * Tasks that are all alike: of one type, of one priority, each as long as the others.
 *
 * @param sleepMillis how long an agent takes for one
 */
public record SameTasks(String taskType, String priority, long sleepMillis) {
    /** None of them is given up for taking long. */
    private static final String TIMEOUT = "PT24H";

    /** One by itself. */
    public Request single() {
        return new Request(SingleTasks.PATH, bytes(json()), 1);
    }

    /** So many at once. */
    public Request batch(int size) {
        String task = json();
        StringBuilder body = new StringBuilder(size * (task.length() + 1) + 16).append("{\"tasks\":[");
        for (int i = 0; i < size; i++) {
            body.append(i == 0 ? "" : ",").append(task);
        }
        return new Request(BatchRequests.PATH, bytes(body.append("]}").toString()), size);
    }

    private String json() {
        return "{\"task_type\":\"" + taskType + "\",\"priority\":\"" + priority + "\",\"timeout\":\"" + TIMEOUT
                + "\",\"payload\":{\"sleep_ms\":" + sleepMillis + "}}";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
