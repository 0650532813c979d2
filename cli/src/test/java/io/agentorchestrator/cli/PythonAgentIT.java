package io.agentorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.process.Command;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The agent of examples/python-agent works for the real stack. */
@Tag("crash")
class PythonAgentIT {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path home;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path python;

    private static RealStack stack;
    private static PythonAgent program;

    private Process agent;

    @BeforeAll
    static void start() throws Exception {
        program = PythonAgent.installIn(python);
        stack = RealStack.in(home);
        stack.up();
    }

    @AfterAll
    static void stop() throws Exception {
        if (stack != null) {
            stack.down();
        }
    }

    @BeforeEach
    void startAgent() throws Exception {
        agent = program.start(stack, 2);
    }

    @AfterEach
    void stopAgent() throws Exception {
        agent.destroyForcibly().waitFor();
    }

    @Test
    void keepsTheProtocolMessageByMessage() throws Exception {
        Command.Result tests = program.ownTests();

        assertThat(tests.succeeded()).as(tests.output()).isTrue();
    }

    @Test
    void completesTasksAndFailsThoseWhosePayloadIsWrong() throws Exception {
        String right = count(3, 10, 1);
        String wrong = submit("""
                {"task_type":"count","payload":{"to":"three"}}""");

        JsonNode completed = stack.awaitEnd(right);
        SimulatedWork.assertStatus(completed, "COMPLETED");
        assertThat(completed.at("/result/counted").intValue()).isEqualTo(3);
        assertThat(completed.at("/checkpoint/sequence").intValue()).isEqualTo(3);
        JsonNode failed = stack.awaitEnd(wrong);
        SimulatedWork.assertStatus(failed, "FAILED");
        assertThat(failed.at("/error/code").stringValue()).isEqualTo("INVALID_PAYLOAD");
        assertThat(failed.path("attempts").size()).isEqualTo(1);
    }

    @Test
    void stopsWhatIsCancelledAndGivesItsSlotBack() throws Exception {
        String first = count(100_000, 100, 1);
        String second = count(100_000, 100, 1);
        String third = count(2, 10, 1);
        awaitCheckpoint(first);
        awaitCheckpoint(second);
        assertThat(stack.get(third).path("status").stringValue()).isEqualTo("QUEUED");

        stack.submit(first + "/cancel", "{\"reason\":\"enough\"}");

        SimulatedWork.assertStatus(stack.awaitEnd(first), "CANCELLED");
        SimulatedWork.assertStatus(stack.awaitEnd(third), "COMPLETED");
        assertThat(stack.get(second).path("status").stringValue()).isEqualTo("RUNNING");
        stack.submit(second + "/cancel", "{}");
        stack.awaitEnd(second);
    }

    @Test
    void aKilledAgentsTaskIsRetriedFromItsCheckpoint() throws Exception {
        String task = count(40, 100, 3);
        awaitCheckpoint(task);

        agent.destroyForcibly().waitFor();
        agent = program.start(stack, 2);

        JsonNode ended = stack.awaitEnd(task);
        SimulatedWork.assertStatus(ended, "COMPLETED");
        assertThat(ended.at("/attempts/0/error/code").stringValue()).isEqualTo("AGENT_LOST");
        assertThat(ended.path("attempts").size()).isEqualTo(2);
        assertThat(ended.at("/result/resumed_from").intValue()).isPositive();
        assertThat(ended.at("/result/attempt").intValue()).isEqualTo(2);
    }

    @Test
    void anAgentThatStopsInOrderLetsItsTaskEndAndCostsNoAttempt() throws Exception {
        String task = count(30, 100, 1);
        awaitCheckpoint(task);

        assertThat(PythonAgent.stop(agent)).isZero();

        JsonNode ended = stack.awaitEnd(task);
        SimulatedWork.assertStatus(ended, "COMPLETED");
        assertThat(ended.path("attempts").size()).isEqualTo(1);
    }

    private static String count(int to, int stepMillis, int attempts) throws Exception {
        return submit("""
                {"task_type":"count","timeout":"PT5M","retry":{"max_attempts":%d,"initial_interval":"PT0.1S"},
                 "payload":{"to":%d,"step_ms":%d}}""".formatted(attempts, to, stepMillis));
    }

    private static String submit(String task) throws Exception {
        return "/v1/tasks/" + stack.submit("/v1/tasks", task).path("task_id").stringValue();
    }

    private static void awaitCheckpoint(String task) {
        RealStack.patiently()
                .until(() -> stack.get(task).at("/checkpoint/sequence").asInt(0) > 0);
    }
}
