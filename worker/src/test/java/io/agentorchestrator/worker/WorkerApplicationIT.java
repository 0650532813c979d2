package io.agentorchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.activities.breaker.BreakerState;
import io.agentorchestrator.activities.breaker.Breakers;
import io.agentorchestrator.store.agent.AgentDrains;
import io.agentorchestrator.store.agent.AgentRegistry;
import io.agentorchestrator.store.agent.NewAgent;
import io.agentorchestrator.store.command.CommandDelivery;
import io.agentorchestrator.store.command.CommandStore;
import io.agentorchestrator.store.command.CommandStore.CommandAnswer;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.store.release.RunStartStore;
import io.agentorchestrator.store.run.RunReconciliation;
import io.agentorchestrator.store.setting.FeatureFlags;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.setting.SettingStore;
import io.agentorchestrator.store.setting.Settings;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.store.testkit.TestPorts;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole application, with Temporal's test server in the process, and neither an agent nor Redis. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = "spring.temporal.test-server.enabled=true")
class WorkerApplicationIT {
    private static final TestDatabase DATABASE = PostgresServer.shared().newDatabase();

    @LocalServerPort
    private int port;

    @Autowired
    private AgentDirectory directory;

    @Autowired
    private Breakers breakers;

    @Autowired
    private LiveSettings settings;

    private final Submissions submissions = new Submissions(DATABASE.dataSource());
    private final CommandStore commands = new CommandStore(DATABASE.dataSource(), new Uuid7(Clock.systemUTC()));

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry properties) {
        properties.add("orchestrator.database.url", DATABASE::jdbcUrl);
        properties.add("orchestrator.database.user", () -> TestDatabase.USER);
        properties.add("orchestrator.database.password", () -> TestDatabase.PASSWORD);
        properties.add("orchestrator.agents.key", () -> "a key of the tests that nobody else has");
        properties.add("orchestrator.redis.url", () -> "redis://127.0.0.1:" + TestPorts.free());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/actuator/health/liveness | 200",
                "/actuator/prometheus | 200",
                "/actuator | 200",
                "/ | 404",
                "/actuator/nothing | 404",
                "/error | 404",
                "/%00 | 400",
                "/a%2Fb | 400",
            })
    void everyAnswerOfThePortHasHeadersForBrowsersAndErrorsAreProblems(String path, int status) throws IOException {
        String answer =
                exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nConnection: close\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 " + status)
                .contains(
                        "Content-Security-Policy: default-src 'none'",
                        "X-Content-Type-Options: nosniff",
                        "X-Frame-Options: DENY",
                        "Referrer-Policy: no-referrer",
                        "Cross-Origin-Opener-Policy: same-origin",
                        "Cross-Origin-Resource-Policy: same-origin");
        if (status >= 400) {
            assertThat(answer)
                    .contains("Content-Type: application/problem+json", "\"status\":" + status, "\"code\":\"")
                    .doesNotContain("timestamp");
        }
    }

    private String exchange(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aCancelReachesADagThatNothingHasStartedYet() {
        RunKey run = dag();

        cancel(run);

        awaitStatus(run, "CANCELLED");
    }

    @Test
    void aLostRunIsFoundAndGoesOnUntilItIsCancelled() {
        RunKey run = dag();
        assertThat(new CommandDelivery(DATABASE.dataSource()).beginStart(run)).isPresent();
        new RunStartStore(DATABASE.dataSource()).started(List.of(run));
        new RunReconciliation(DATABASE.dataSource()).suspect(run);

        RunKey next = new RunKey(run.runId(), 2);
        awaitStatus(next, "RUNNING");
        cancel(run);

        awaitStatus(next, "CANCELLED");
    }

    @Test
    void aTaskWhoseDeadlinePassesBecomesADeadLetterWithAnEntryId() {
        UUID task = submissions.task("t", Priority.NORMAL);
        DATABASE.client()
                .sql("update task_state set deadline = now() - interval '1 second' where task_id = ?")
                .param(task)
                .update();

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(DATABASE.client()
                                .sql("""
                                select error_code || ' ' || (entry_millis > 0) || ' ' || (delivered_at is null)
                                from dead_letter where task_id = ?
                                """)
                                .param(task)
                                .query(String.class)
                                .optional())
                        .hasValue("DEADLINE_EXCEEDED true true"));
    }

    @Test
    void aSettingCountsWithinSecondsAndWhatIsOlderGoes() {
        UUID task = submissions.task("kept", Priority.NORMAL);
        DATABASE.client()
                .sql(
                        "update task_state set status = 'CANCELLED', ended_at = now() - interval '1 hour' where task_id = ?")
                .param(task)
                .update();
        // As old as its end: what was accepted a moment ago is not looked at.
        DATABASE.client()
                .sql("update task_state set task_id = uuidv7(interval '-1 hour') where task_id = ?")
                .param(task)
                .update();
        Awaitility.await()
                .during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(4))
                .until(() -> count("kept") == 1);

        new SettingStore(DATABASE.dataSource()).put(Settings.RETENTION_TASKS, Duration.ofMinutes(2), "me");

        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> count("kept") == 0);
    }

    private static int count(String type) {
        return DATABASE.client()
                .sql("select count(*) from task_state where task_type = ?")
                .param(type)
                .query(Integer.class)
                .single();
    }

    @Test
    void readersSeeThatAnAgentsBreakerHasOpened() {
        register("agent-1");
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> directory.agents().containsKey("agent-1"));

        for (int i = 0; i < BreakerState.FAILURES_TO_OPEN; i++) {
            breakers.failed("agent-1", null);
        }

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(DATABASE.client()
                                .sql(
                                        "select breaker_phase || ' ' || breaker_failures from agent where agent_id = 'agent-1'")
                                .query(String.class)
                                .single())
                        .isEqualTo("OPEN 5"));
    }

    @Test
    void anAgentIsOutOfServiceOnceItIsDrainedAndBackOnceItIsResumed() {
        AgentDrains drains = new AgentDrains(DATABASE.dataSource());
        register("agent-2");
        awaitReady("agent-2", true);

        assertThat(drains.drain("default", "agent-2", "ann")).isPresent();
        awaitReady("agent-2", false);

        assertThat(drains.resume("default", "agent-2")).isPresent();
        awaitReady("agent-2", true);
    }

    private void awaitReady(String agentId, boolean ready) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            FleetAgent agent = directory.agents().get(agentId);
            return agent != null && agent.ready() == ready;
        });
    }

    @Test
    void aFlagThatIsTurnedOffIsOffHere() {
        SettingStore store = new SettingStore(DATABASE.dataSource());
        assertThat(settings.isOn(FeatureFlags.LOAD_SHEDDING)).isTrue();

        store.put(FeatureFlags.LOAD_SHEDDING.setting(), false, "ann");

        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !settings.isOn(FeatureFlags.LOAD_SHEDDING));
    }

    private static void register(String agentId) {
        NewAgent agent = new NewAgent(
                agentId,
                "default",
                "me",
                "local",
                null,
                "{}",
                List.of("x"),
                null,
                "127.0.0.1:1",
                1,
                BigDecimal.ONE,
                new byte[32]);
        assertThat(new AgentRegistry(DATABASE.dataSource()).register(agent, null))
                .isPresent();
    }

    private RunKey dag() {
        return submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b", "a"));
    }

    private void cancel(RunKey run) {
        assertThat(commands.cancelDag("default", "me", run.runId(), "enough"))
                .isInstanceOf(CommandAnswer.Accepted.class);
    }

    private static void awaitStatus(RunKey run, String status) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(DATABASE.client()
                                .sql("select status::text from run where run_id = ? and run_number = ?")
                                .params(run.runId(), run.runNumber())
                                .query(String.class)
                                .optional())
                        .hasValue(status));
    }
}
