package io.agentorchestrator.cli;

import static io.agentorchestrator.cli.RealStack.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.LedgerFile.Execution;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Work for the simulated agent: submitted under a name, found again by it.
 *
 * @param directory where DAG files are written
 */
record SimulatedWork(RealStack stack, Path directory, LedgerFile ledger) {
    static String sleeping(int millis) {
        return "{\"payload\":{\"sleep_ms\":%d}}".formatted(millis);
    }

    /** Task a, and b that depends on it. */
    static Stream<String> chain(int firstMillis, int secondMillis) {
        return Stream.of(
                "{\"key\":\"a\",\"payload\":{\"sleep_ms\":%d}}".formatted(firstMillis),
                "{\"key\":\"b\",\"depends_on\":[\"a\"],\"payload\":{\"sleep_ms\":%d}}".formatted(secondMillis));
    }

    String submitDag(String name, Stream<String> tasks) throws Exception {
        Path file = Files.writeString(
                directory.resolve(name + ".json"), """
                {"name":"%s","defaults":{"task_type":"simulated","timeout":"PT20M","labels":{"test":"%s"}},"tasks":[%s]}""".formatted(name, name, tasks.collect(Collectors.joining(","))));
        JsonNode accepted =
                stack.orchestrator("submit", file.toString(), "--json").json();
        return accepted.path("dag_id").stringValue();
    }

    String submitTask(String name, int millis) throws Exception {
        return stack.submit("/v1/tasks", """
                        {"task_type":"simulated","timeout":"PT20M","labels":{"test":"%s"},"payload":{"sleep_ms":%d}}""".formatted(name, millis))
                .path("task_id")
                .stringValue();
    }

    void submitTasks(String name, Stream<String> tasks) throws Exception {
        submitTasks(name, "simulated", tasks);
    }

    void submitTasks(String name, String type, Stream<String> tasks) throws Exception {
        String whole = "{\"task_type\":\"%s\",\"labels\":{\"test\":\"%s\"},".formatted(type, name);
        stack.submit(
                "/v1/tasks/batch",
                tasks.map(task -> whole + task.substring(1)).collect(Collectors.joining(",", "{\"tasks\":[", "]}")));
    }

    /** Gives a command, which is accepted; returns its id. */
    String command(String verb, String id) throws Exception {
        JsonNode accepted = stack.orchestrator(verb, id, "--json").json();
        assertThat(accepted.path("kind").asString("")).isEqualToIgnoringCase(verb);
        return accepted.path("command_id").stringValue();
    }

    static String id(JsonNode task) {
        return task.path("task_id").stringValue();
    }

    static List<String> ids(List<JsonNode> tasks) {
        return tasks.stream().map(SimulatedWork::id).toList();
    }

    String statusOf(String dag) throws Exception {
        return stack.get("/v1/dags/" + dag).path("status").stringValue();
    }

    String taskId(String dag, String key) throws Exception {
        return stack.get("/v1/dags/" + dag)
                .path("tasks")
                .valueStream()
                .filter(task -> task.path("key").asString("").equals(key))
                .findFirst()
                .map(SimulatedWork::id)
                .orElseThrow();
    }

    static void assertStatus(JsonNode taskOrDag, String status) {
        assertThat(taskOrDag.path("status").asString(""))
                .as(taskOrDag.toPrettyString())
                .isEqualTo(status);
    }

    List<JsonNode> tasks(String name, String status) throws Exception {
        String filter = status == null ? "" : "&status=" + status;
        return stack.get("/v1/tasks?limit=1000&label=test=" + name + filter)
                .path("tasks")
                .valueStream()
                .toList();
    }

    List<JsonNode> details(String name) throws Exception {
        List<JsonNode> details = new ArrayList<>();
        for (String id : ids(tasks(name, null))) {
            details.add(stack.get("/v1/tasks/" + id));
        }
        return details;
    }

    List<JsonNode> awaitAll(String name, int count) {
        return patiently()
                .until(
                        () -> tasks(name, null),
                        tasks -> tasks.size() == count && tasks.stream().allMatch(task -> task.has("ended_at")));
    }

    void awaitAtAgents(String... taskIds) {
        patiently().until(() -> ledger.count(Execution::taskKey).keySet().containsAll(List.of(taskIds)));
    }

    String dagId(String name) throws Exception {
        return stack.get("/v1/dags?limit=1000")
                .path("dags")
                .valueStream()
                .filter(dag -> dag.path("name").asString("").equals(name))
                .findFirst()
                .orElseThrow()
                .path("dag_id")
                .stringValue();
    }

    /** Number of times that the end of the DAG and of each of its tasks was told. */
    Map<String, Long> endsTold(String dag) throws Exception {
        RealStack.Outcome events = stack.orchestrator("watch", dag, "--json");
        assertThat(events.exitCode()).as(events.toString()).isIn(0, 1); // 1: it did not complete
        return events.jsonLines().stream()
                .filter(event -> Set.of("COMPLETED", "FAILED", "CANCELLED")
                        .contains(event.path("status").asString("")))
                .collect(Collectors.groupingBy(
                        event -> event.path("task_id").asString("the DAG"), Collectors.counting()));
    }

    /** The outcomes of a task's attempts. */
    List<String> outcomes(String task) throws Exception {
        return stack.get("/v1/tasks/" + task)
                .path("attempts")
                .valueStream()
                .map(attempt -> attempt.path("outcome").asString("none"))
                .toList();
    }
}
