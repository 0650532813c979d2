package io.agentorchestrator.benchmarks.loadtest.workload;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request, ready to send.
 *
 * @param body of whoever sends it; nobody changes it
 * @param tasks how many tasks it submits
 * @param tenant whose request it is; null: the one of whoever says nothing
 */
public record Request(
        String path, byte[] body, int tasks, @Nullable String tenant) {
    /** A request that says nothing of a tenant. */
    public Request(String path, byte[] body, int tasks) {
        this(path, body, tasks, null);
    }

    /** The same, of a tenant. */
    public Request ofTenant(String newTenant) {
        return new Request(path, body, tasks, newTenant);
    }

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
