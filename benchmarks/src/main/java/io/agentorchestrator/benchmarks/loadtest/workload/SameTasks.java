package io.agentorchestrator.benchmarks.loadtest.workload;

import java.util.Collections;

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
        return Request.single(json());
    }

    /** So many at once. */
    public Request batch(int size) {
        return Request.batch(Collections.nCopies(size, json()));
    }

    private String json() {
        return "{\"task_type\":\"" + taskType + "\",\"priority\":\"" + priority + "\",\"timeout\":\"" + TIMEOUT
                + "\",\"payload\":{\"sleep_ms\":" + sleepMillis + "}}";
    }
}
