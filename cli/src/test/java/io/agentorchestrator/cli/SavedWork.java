package io.agentorchestrator.cli;

import static io.agentorchestrator.cli.RealStack.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.stack.Component;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What the saved state is in the middle of: every state that work can wait in while a stack is stopped. Tasks of the type {@value #KEPT} run until
 * the agent of that type is told to end them; nobody serves the type {@value #LATE} yet.
 */
record SavedWork(RealStack stack, SimulatedWork work) {
    static final String KEPT = "kept";
    static final String LATE = "late";
    static final String SETTING = "retention_tasks";
    static final String SETTING_VALUE = "P3650D";
    static final String IDEMPOTENCY_KEY = "saved-state";
    static final int GROUP = 4;
    static final int QUEUED = 3;
    /** The tasks that their agent keeps: those of the group, and one each of four DAGs. */
    static final int AT_AGENT = GROUP + 4;

    private static final Duration DEADLINE = Duration.ofSeconds(4);
    /** Longer than an activity waits for its batch, so that the run is told of the end by a notice. */
    private static final Duration WATCHED_AFTER = Duration.ofSeconds(8);

    private static final int NOTICED_MILLIS = 14_000;

    /** Where the agent of the type {@value #KEPT} keeps what it must not forget. */
    Path agentDirectory() {
        return stack.layout().data().resolve("kept-agent");
    }

    /** Starts that agent, which the caller ends; it registers as soon as the API answers. */
    Process startAgent() throws IOException {
        Path log = stack.layout().logs().resolve("agent-kept.log");
        Files.createDirectories(log.getParent());
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        Path.of("../agents/target/lib").toAbsolutePath() + File.separator + "*",
                        Path.of("src/test/resources/agents/KeptAgent.java")
                                .toAbsolutePath()
                                .toString(),
                        stack.apiUrl(),
                        agentDirectory().toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** The tasks that the agent was ever told to start. */
    List<String> started() throws IOException {
        Path started = agentDirectory().resolve("started");
        return Files.exists(started) ? Files.readAllLines(started) : List.of();
    }

    /** The request that was answered under {@link #IDEMPOTENCY_KEY}. */
    JsonNode submitDone() throws Exception {
        RealStack.ApiAnswer answer = stack.post(
                "/v1/tasks",
                "{\"task_type\":\"simulated\",\"labels\":{\"test\":\"done\"},\"payload\":{\"sleep_ms\":0}}",
                IDEMPOTENCY_KEY);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(202);
        return answer.body();
    }

    /** Begins all of it, and returns once it is where it is to be saved. */
    void begin() throws Exception {
        for (String setting : List.of(SETTING, "retention_events", "retention_dead_letters", "retention_agents")) {
            RealStack.Outcome set = stack.orchestrator("settings", "set", setting, SETTING_VALUE);
            assertThat(set.exitCode()).as(set.toString()).isZero();
        }
        String half = work.submitDag("half", Stream.of("""
                {"key":"a"}""", """
                {"key":"b","depends_on":["a"],"task_type":"kept"}""", """
                {"key":"c","depends_on":["b"]}""", """
                {"key":"d","depends_on":["a"],"task_type":"late"}"""));
        for (String name : List.of("paused", "stopped", "cancelled")) {
            work.submitDag(name, Stream.of("""
                    {"key":"a","task_type":"kept"}""", """
                    {"key":"b","depends_on":["a"]}"""));
        }
        String failed = work.submitDag("failed", Stream.of("""
                {"key":"a","payload":{"fail_times":1},"retry":{"max_attempts":1}}""", """
                {"key":"b","depends_on":["a"]}""", """
                {"key":"c"}"""));
        work.submitTasks("group", KEPT, Collections.nCopies(GROUP, SimulatedWork.sleeping(0)).stream());
        work.submitTasks("queued", LATE, Collections.nCopies(QUEUED, SimulatedWork.sleeping(0)).stream());
        work.submitTasks(
                "dead",
                LATE,
                Stream.of("{\"deadline\":\"%s\"}".formatted(Instant.now().plus(DEADLINE))));
        work.submitTasks("dependent", Stream.of("{\"dependencies\":[\"%s\"]}".formatted(work.taskId(half, "c"))));
        stack.awaitEnd("/v1/tasks/" + SimulatedWork.id(submitDone()));
        patiently().until(() -> started().size() == AT_AGENT);
        work.command("pause", work.dagId("paused"));
        SimulatedWork.assertStatus(stack.awaitEnd("/v1/dags/" + failed), "FAILED");
        work.awaitAll("dead", 1);
        patiently().until(() -> deadLetters() == 2);
        String noticed = work.submitDag("noticed", Stream.of("""
                {"key":"a","payload":{"sleep_ms":%d}}""".formatted(NOTICED_MILLIS), """
                {"key":"b","depends_on":["a"],"task_type":"late"}"""));
        String backoff = work.submitDag("backoff", Stream.of("""
                {"key":"a","payload":{"fail_times":1},"retry":{"initial_interval":"PT50S"}}""", """
                {"key":"b","depends_on":["a"]}"""));
        patiently().until(() -> work.outcomes(work.taskId(backoff, "a")).equals(List.of("FAILED")));
        patiently().until(() -> hasRunFor(work.taskId(noticed, "a"), WATCHED_AFTER));
    }

    private boolean hasRunFor(String task, Duration duration) throws Exception {
        JsonNode view = stack.get("/v1/tasks/" + task);
        return view.has("started_at")
                && Instant.parse(view.path("started_at").stringValue())
                        .isBefore(Instant.now().minus(duration));
    }

    private int deadLetters() throws Exception {
        try (RedisConnection redis = stack.redis()) {
            return redis.stream("task_dead_letter_queue").size();
        }
    }

    /**
     * Kills the stack in the middle of it, and saves what it leaves: Temporal first, so that a run has yet to be told of an end; then the worker,
     * so that it has yet to be told of a command.
     */
    void interrupt(Process agent) throws Exception {
        int port = stack.settings().ports().postgres();
        stack.halt(Component.TEMPORAL);
        try (Connection database = SavedState.connect(stack.layout(), port)) {
            patiently()
                    .until(() -> !SavedState.column(database, "select run_id from run_notice", 1)
                            .isEmpty());
        }
        try (RealStack.Absence _ = stack.away(Component.WORKER)) {
            agent.destroyForcibly().waitFor();
            work.command("cancel", work.dagId("cancelled"));
            for (Component component : List.of(Component.API, Component.TEMPORAL, Component.REDIS)) {
                stack.kill(component);
            }
            SavedState.write(stack.layout(), port);
        }
    }
}
