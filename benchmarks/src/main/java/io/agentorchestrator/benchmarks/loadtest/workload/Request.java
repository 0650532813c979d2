package io.agentorchestrator.benchmarks.loadtest.workload;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One request, ready to send.
 *
 * @param body of whoever sends it; nobody changes it
 * @param tasks how many tasks it submits
 */
public record Request(String path, byte[] body, int tasks) {
    /** All that requests say is ASCII. */
    static Request of(String path, String json, int tasks) {
        return new Request(path, json.getBytes(StandardCharsets.ISO_8859_1), tasks);
    }

    static Request single(String task) {
        return of("/v1/tasks", task, 1);
    }

    static Request batch(List<String> tasks) {
        return of("/v1/tasks/batch", "{\"tasks\":[" + String.join(",", tasks) + "]}", tasks.size());
    }
}
