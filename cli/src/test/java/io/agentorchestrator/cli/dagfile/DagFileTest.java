package io.agentorchestrator.cli.dagfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.cli.failure.CliFailure;
import org.junit.jupiter.api.Test;

class DagFileTest {
    @Test
    void yamlBecomesTheSameJsonAsJson() {
        String yaml = """
                name: demo
                inputs: {path: ., depth: 3, deep: true, nothing: null}
                tasks:
                  - key: a
                    task_type: simulated
                    payload: {sleep_ms: 5, ratio: 0.5}
                """;
        String json = """
                {"name": "demo", "inputs": {"path": ".", "depth": 3, "deep": true, "nothing": null},
                 "tasks": [{"key": "a", "task_type": "simulated", "payload": {"sleep_ms": 5, "ratio": 0.5}}]}
                """;

        assertThat(DagFile.parse(yaml, "dag.yaml").toString())
                .isEqualTo(DagFile.parse(json, "dag.json").toString());
    }

    @Test
    void malformedFilesAreRefusedByName() {
        assertThatThrownBy(() -> DagFile.parse("{\"tasks\": [", "dag.json"))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("dag.json is no valid JSON");
        assertThatThrownBy(() -> DagFile.parse("a: [1\nb: 2", "dag.yaml"))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("dag.yaml is no valid YAML");
        assertThatThrownBy(() -> DagFile.parse("- just\n- a list", "dag.yaml"))
                .hasMessageContaining("must be a mapping");
        assertThatThrownBy(() -> DagFile.parse("", "dag.yaml")).hasMessageContaining("must be a mapping");
    }

    @Test
    void keysThatAreNoTextAreRefused() {
        assertThatThrownBy(() -> DagFile.parse("inputs: {1: x}", "dag.yaml"))
                .hasMessage("dag.yaml has the key `1`, which is no text: quote it.");
    }

    @Test
    void duplicateKeysAndYamlBombsAreRefused() {
        assertThatThrownBy(() -> DagFile.parse("name: a\nname: b", "dag.yaml")).isInstanceOf(CliFailure.class);
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 80; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }
        assertThatThrownBy(() -> DagFile.parse(bomb.toString(), "bomb.yaml"))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("alias");
    }
}
