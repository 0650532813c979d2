package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.json.LosslessJson;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Runs as the API would show them, ten seconds after they were created. */
final class Runs {
    static final Clock TEN_SECONDS_IN = Clock.fixed(Instant.parse("2026-01-01T00:00:10Z"), ZoneOffset.UTC);

    private Runs() {}

    static RunView of(String status, String... tasks) {
        return named("demo", status, tasks);
    }

    /** A run by what the API answers. */
    static RunView read(String dag) {
        return RunView.of(answer(dag).as(Answers.Dag.class));
    }

    static ApiAnswer answer(String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        return new ApiAnswer(body, LosslessJson.tree(body));
    }

    static RunView named(String name, String status, String... tasks) {
        return read("""
                {"dag_id": "d1", "name": "%s", "status": "%s", "workflow": {"url": "http://ui/d1"},
                 "created_at": "2026-01-01T00:00:00Z", "tasks": [%s]}
                """.formatted(name, status, String.join(",", tasks)));
    }

    static String completed(String key, String parents, String result) {
        return """
                {"key": "%s", "status": "COMPLETED", "attempt": 1, "depends_on": [%s], "result": %s,
                 "started_at": "2026-01-01T00:00:01Z", "ended_at": "2026-01-01T00:00:03.500Z"}""".formatted(key, parents, result);
    }

    static String failed(String key) {
        return """
                {"key": "%s", "status": "FAILED", "attempt": 3, "depends_on": [],
                 "started_at": "2026-01-01T00:00:01Z", "ended_at": "2026-01-01T00:00:02Z",
                 "error": {"code": "BAD_INPUT", "message": "no\\nsuch file"}}""".formatted(key);
    }

    static String waiting(String key, String status, String reason, String detail) {
        return "{\"key\": \"%s\", \"status\": \"%s\", \"waiting\": {\"reason\": \"%s\", \"position\": 1234, \"detail\": \"%s\"}}"
                .formatted(key, status, reason, detail);
    }

    static List<String> manyWaiting(int count, String type, String reason, String detail) {
        return IntStream.range(0, count)
                .mapToObj(i ->
                        "{\"key\": \"%s%d\", \"task_type\": \"%1$s\", \"status\": \"QUEUED\", \"waiting\": {\"reason\": \"%s\", \"detail\": \"%s\"}}"
                                .formatted(type, i, reason, detail))
                .toList();
    }

    static String task(String key, String status) {
        String started = status.equals("RUNNING") ? ", \"started_at\": \"2026-01-01T00:00:05Z\"" : "";
        return "{\"key\": \"%s\", \"status\": \"%s\", \"attempt\": 0, \"depends_on\": []%s}"
                .formatted(key, status, started);
    }

    static String[] many(int count, String status) {
        return IntStream.range(0, count)
                .mapToObj(i -> task("t" + i, status))
                .collect(Collectors.toList())
                .toArray(String[]::new);
    }
}
