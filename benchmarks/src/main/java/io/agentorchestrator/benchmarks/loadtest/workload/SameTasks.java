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

    /** So many at once, each of which may be stopped for a task of higher priority, and saves its work ever so often. */
    public Request preemptibleBatch(int size, long checkpointEveryMillis) {
        return Request.batch(Collections.nCopies(
                size, json(",\"preemptible\":true", ",\"checkpoint_every_ms\":" + checkpointEveryMillis)));
    }

    private String json() {
        return json("", "");
    }

    private String json(String members, String payloadMembers) {
        return "{\"task_type\":\"" + taskType + "\",\"priority\":\"" + priority + "\",\"timeout\":\"" + TIMEOUT + "\""
                + members + ",\"payload\":{\"sleep_ms\":" + sleepMillis + payloadMembers + "}}";
    }
}
