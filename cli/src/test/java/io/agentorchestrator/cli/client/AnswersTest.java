package io.agentorchestrator.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.json.LosslessJson;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AnswersTest {
    @Test
    void jsonThatMayBeAnythingKeepsItsNumbers() {
        Answers.Task task = answer("""
                {"task_id": "t1", "result": {"n": 7E12345, "m": 1.10}, "payload": {"big": 123456789012345678901234567890}}""").as(Answers.Task.class);

        assertThat(task.result()).hasToString("{\"n\":7E+12345,\"m\":1.10}");
        assertThat(task.payload()).hasToString("{\"big\":123456789012345678901234567890}");
    }

    @Test
    void whatIsNotRequiredMayBeAbsent() {
        Answers.Task task = answer("{\"task_id\": \"t1\", \"dag_id\": null}").as(Answers.Task.class);

        assertThat(task.dagId()).isNull();
        assertThat(task.error()).isNull();
        assertThat(task.attempts()).isNull();
    }

    @Test
    void whatAnotherVersionLeavesOutIsEmptyAndWhatItAddsIsPassedOver() {
        Answers.Agent agent = answer("{\"agent_id\": \"a1\", \"new\": {}}").as(Answers.Agent.class);

        assertThat(agent.agentTypes()).isEmpty();
        assertThat(agent.activeTasks()).isZero();
        assertThat(agent.breaker().state()).isEmpty();
    }

    @Test
    void anotherServersAnswerIsNoneOfOurs() {
        for (String other : new String[] {"[]", "5", "null", "{\"tasks\": {\"a\": 1}}"}) {
            assertThatThrownBy(() -> answer(other).as(Answers.Dag.class))
                    .as(other)
                    .isInstanceOf(CliFailure.class)
                    .hasMessageContaining("not the Dag");
        }
    }

    private static ApiAnswer answer(String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        return new ApiAnswer(body, LosslessJson.tree(body));
    }
}
