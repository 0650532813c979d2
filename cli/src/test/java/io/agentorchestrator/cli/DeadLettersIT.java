package io.agentorchestrator.cli;

import static io.agentorchestrator.cli.RealStack.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What failed for good is kept, readable in Redis, and runs again on request, over the real stack. Most of it fails because
 * nobody serves its type before its deadline; then an agent comes that does.
 */
@Tag("crash")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeadLettersIT {
    private static final String STREAM = "task_dead_letter_queue";
    private static final String LATE_TYPE = "late";
    private static final int MANY = 1_000;
    private static final int BULK_CALLS = 3;
    private static final Duration DEADLINE = Duration.ofSeconds(4);
    private static final int SLOTS = 50;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path home;

    private static RealStack stack;
    private static SimulatedWork work;
    private static Process lateAgent;

    @BeforeAll
    static void start() throws Exception {
        stack = RealStack.in(home);
        work = new SimulatedWork(
                stack, home, new LedgerFile(stack.layout().data().resolve("ledger")));
        stack.up();
    }

    @AfterAll
    static void stop() throws Exception {
        end(lateAgent);
        stack.down();
    }

    /** Its slots are free for nobody any more once this returns. */
    private static void end(Process agent) throws InterruptedException {
        if (agent != null) {
            agent.destroy();
            assertThat(agent.waitFor()).isZero();
        }
    }

    /** The open entries, by id, as {@code redis-cli XREAD STREAMS task_dead_letter_queue 0} shows them. */
    private static Map<String, Map<String, String>> stream() throws Exception {
        try (RedisConnection redis = stack.redis()) {
            return redis.stream(STREAM);
        }
    }

    private static JsonNode dlq(String... arguments) throws Exception {
        Stream<String> words = Stream.concat(Stream.of("dlq"), Stream.of(arguments));
        return stack.orchestrator(Stream.concat(words, Stream.of("--json")).toArray(String[]::new))
                .json();
    }

    private static String soon() {
        return Instant.now().plus(DEADLINE).toString();
    }

    @Test
    @Order(1)
    void theStreamIsReadable() throws Exception {
        String task = stack.submit("/v1/tasks", """
                        {"task_type":"simulated","priority":"HIGH","retry":{"max_attempts":2,"initial_interval":"PT0.1S"},
                         "payload":{"fail_times":-1,"fail_code":"MODEL_REFUSED"}}""").path("task_id").stringValue();
        SimulatedWork.assertStatus(stack.awaitEnd("/v1/tasks/" + task), "FAILED");

        Map<String, Map<String, String>> entries = patiently().until(DeadLettersIT::stream, each -> !each.isEmpty());

        assertThat(entries).hasSize(1);
        String entry = entries.keySet().iterator().next();
        assertThat(entry).matches("\\d{13}-\\d+");
        Map<String, String> fields = entries.get(entry);
        assertThat(fields)
                .containsEntry("task_id", task)
                .containsEntry("dag_id", "")
                .containsEntry("task_type", "simulated")
                .containsEntry("priority", "HIGH")
                .containsEntry("error_code", "MODEL_REFUSED")
                .containsEntry("attempts", "2");
        assertThat(fields.get("error_message")).contains("attempt 2 fails on demand");
        assertThat(Instant.parse(fields.get("failed_at")))
                .isBetween(Instant.now().minusSeconds(120), Instant.now());
        assertThat(new JsonMapper()
                        .readTree(fields.get("payload"))
                        .path("fail_times")
                        .intValue())
                .isEqualTo(-1);
        assertThat(dlq("show", entry).path("task_id").stringValue()).isEqualTo(task);
        assertThat(dlq("list").at("/dead_letters/0/entry_id").stringValue()).isEqualTo(entry);
        assertThat(stack.get("/v1/tasks/" + task).path("dead_letter_entry_id").stringValue())
                .isEqualTo(entry);

        RealStack.Outcome deleted = stack.orchestrator("dlq", "delete", entry);
        assertThat(deleted.exitCode()).as(deleted.toString()).isZero();
        patiently().until(() -> stream().isEmpty());
    }

    @Test
    @Order(2)
    void anEmptiedRedisIsFilledAgainWithTheSameEntries() throws Exception {
        String deadline = soon();
        stack.submit(
                "/v1/tasks/batch",
                IntStream.range(0, MANY)
                        .mapToObj(i -> """
                        {"task_type":"%s","deadline":"%s","labels":{"test":"many"},"payload":{"sleep_ms":%d}}""".formatted(LATE_TYPE, deadline, i % 10))
                        .collect(Collectors.joining(",", "{\"tasks\":[", "]}")));
        Map<String, Map<String, String>> before =
                patiently().until(DeadLettersIT::stream, entries -> entries.size() == MANY);
        assertThat(before.values())
                .allSatisfy(fields -> assertThat(fields).containsEntry("error_code", "DEADLINE_EXCEEDED"));

        try (RedisConnection redis = stack.redis()) {
            redis.send("FLUSHALL");
        }
        assertThat(stack.orchestrator("dlq", "rebuild").exitCode()).isZero();

        patiently().until(() -> stream().equals(before));
    }

    @Test
    @Order(3)
    void aThousandEntriesBecomeAThousandTasksOnce() throws Exception {
        Set<String> entries = stream().keySet();
        List<JsonNode> made = new ArrayList<>();
        // At once, as several impatient people would.
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<JsonNode>> answers = IntStream.range(0, BULK_CALLS)
                    .mapToObj(i -> people.submit(() -> dlq("reprocess", "--all", "--task-type", LATE_TYPE)))
                    .toList();
            for (Future<JsonNode> answer : answers) {
                answer.get().path("tasks").forEach(made::add);
            }
        }

        assertThat(made).hasSize(MANY);
        assertThat(made.stream()
                        .map(each -> each.path("entry_id").stringValue())
                        .collect(Collectors.toSet()))
                .isEqualTo(entries);
        assertThat(new HashSet<>(SimulatedWork.ids(made))).hasSize(MANY);
        assertThat(dlq("reprocess", "--all").path("count").intValue()).isZero();
        JsonNode first = made.getFirst();
        assertThat(dlq("reprocess", first.path("entry_id").stringValue())
                        .path("task_id")
                        .stringValue())
                .isEqualTo(SimulatedWork.id(first));
        patiently().until(() -> stream().isEmpty());

        lateAgent = AgentProgram.start(stack, SLOTS, stack.layout().logs().resolve("agent-late.log"), LATE_TYPE);
        patiently()
                .untilAsserted(() -> assertThat(work.tasks("many", "COMPLETED")).hasSize(MANY));
        assertThat(new HashSet<>(SimulatedWork.ids(work.tasks("many", "COMPLETED"))))
                .isEqualTo(new HashSet<>(SimulatedWork.ids(made)));
        JsonNode task = stack.get("/v1/tasks/" + SimulatedWork.id(first));
        JsonNode old = stack.get("/v1/tasks/" + task.path("reprocessed_from").stringValue());
        assertThat(old.path("reprocessed_as").stringValue()).isEqualTo(SimulatedWork.id(first));
    }

    @Test
    @Order(4)
    void aDagGoesOnWhereItsNodeFailed() throws Exception {
        end(lateAgent);
        String dag = work.submitDag("resumed", Stream.of("""
                {"key":"a"}""", """
                {"key":"b","task_type":"%s","deadline":"%s","depends_on":["a"],"payload":{"sleep_ms":5}}""".formatted(LATE_TYPE, soon()), """
                {"key":"c","depends_on":["b"]}""", """
                {"key":"d","depends_on":["a"]}"""));
        JsonNode failed = stack.awaitEnd("/v1/dags/" + dag);
        SimulatedWork.assertStatus(failed, "FAILED");
        String failedNode = work.taskId(dag, "b");
        String entry = patiently()
                .until(DeadLettersIT::stream, each -> !each.isEmpty())
                .keySet()
                .iterator()
                .next();

        lateAgent = AgentProgram.start(stack, SLOTS, stack.layout().logs().resolve("agent-late.log"), LATE_TYPE);
        String newNode = dlq("reprocess", entry, "--resume-dag").path("task_id").stringValue();
        patiently().until(() -> work.statusOf(dag).equals("COMPLETED"));

        assertThat(newNode).isNotEqualTo(failedNode).isEqualTo(work.taskId(dag, "b"));
        assertThat(stack.get("/v1/dags/" + dag).path("run_number").intValue()).isEqualTo(2);
        for (String key : List.of("a", "b", "c", "d")) {
            JsonNode task = stack.get("/v1/tasks/" + work.taskId(dag, key));
            SimulatedWork.assertStatus(task, "COMPLETED");
            assertThat(task.path("attempts").size()).as(task.toPrettyString()).isEqualTo(1);
        }
        assertThat(work.ledger().count(LedgerFile.Execution::taskKey).get(work.taskId(dag, "a")))
                .isEqualTo(1);
        assertThat(stack.get("/v1/tasks/" + failedNode).path("reprocessed_as").stringValue())
                .isEqualTo(newNode);
    }

    @Test
    @Order(5)
    void aDagThatFailedIsRetriedFromWhereItWas() throws Exception {
        String dag = work.submitDag("retried", Stream.of("""
                {"key":"a"}""", """
                {"key":"b","depends_on":["a"],"retry":{"max_attempts":1},"payload":{"fail_times":1}}""", """
                {"key":"c","depends_on":["b"]}"""));
        SimulatedWork.assertStatus(stack.awaitEnd("/v1/dags/" + dag), "FAILED");

        JsonNode retried = stack.orchestrator("retry", dag, "--json").json();
        patiently().until(() -> work.statusOf(dag).equals("COMPLETED"));

        assertThat(retried.path("tasks").valueStream().map(JsonNode::stringValue))
                .containsExactlyInAnyOrder("b", "c");
        JsonNode b = stack.get("/v1/tasks/" + work.taskId(dag, "b"));
        assertThat(b.path("attempts")
                        .valueStream()
                        .map(each -> each.path("number").intValue()))
                .containsExactly(1, 2);
        assertThat(b.at("/result/attempt").intValue()).isEqualTo(2);
        assertThat(stack.get("/v1/tasks/" + work.taskId(dag, "a"))
                        .path("attempts")
                        .size())
                .isEqualTo(1);
        patiently().until(() -> stream().isEmpty());
    }
}
