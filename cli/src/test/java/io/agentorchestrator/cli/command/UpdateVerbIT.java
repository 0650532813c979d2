package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Changes by label, against an API of a few lines. */
class UpdateVerbIT extends AgainstFakeApi {
    @Test
    void allOfALabelAreChangedAndItSaysHowManyAndWhetherThereAreMore() {
        api.answers("POST /v1/tasks/reprioritize", 200, "{\"changed\": 10000, \"more\": true}");

        assertThat(terminal.orchestrator("update", "--label", "team=search", "--priority", "HIGH"))
                .isZero();

        assertThat(api.requests)
                .singleElement()
                .asString()
                .startsWith("POST /v1/tasks/reprioritize ")
                .contains("\"label\":\"team=search\"", "\"priority\":\"HIGH\"");
        assertThat(terminal.out()).contains("10000 tasks", "give the same command again");
    }
}
