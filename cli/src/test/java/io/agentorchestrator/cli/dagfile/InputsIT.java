package io.agentorchestrator.cli.dagfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class InputsIT {
    @TempDir
    private Path directory;

    private Inputs inputs;
    private ObjectNode dag;

    @BeforeEach
    void twoInputs() {
        inputs = new Inputs(directory);
        dag = DagFile.parse("inputs: {path: ., depth: 3}\ntasks: []", "dag.yaml");
    }

    @Test
    void valuesReplaceTheFilesOwn() {
        inputs.apply(dag, Map.of("depth", "7"));

        assertThat(dag.path("inputs").toString()).isEqualTo("{\"path\":\".\",\"depth\":7}");
    }

    @Test
    void unknownNamesAreRefusedNamingTheKnownOnes() {
        assertThatThrownBy(() -> inputs.apply(dag, Map.of("dept", "7")))
                .hasMessage("This DAG file declares no input `dept`; it takes path, depth.");
    }

    @Test
    void aFileWithoutInputsTakesNone() {
        ObjectNode bare = DagFile.parse("tasks: []", "dag.yaml");

        assertThatThrownBy(() -> inputs.apply(bare, Map.of("a", "1"))).hasMessageContaining("declares no inputs");
    }

    @Test
    void existingRelativePathsBecomeAbsolute() throws IOException {
        Files.createDirectory(directory.resolve("src"));

        assertThat(inputs.parse("src").asString())
                .isEqualTo(directory.resolve("src").toString());
        assertThat(inputs.parse(".").asString()).isEqualTo(directory.toString());
        assertThat(inputs.parse("nowhere").asString()).isEqualTo("nowhere");
        assertThat(inputs.parse("/").asString()).isEqualTo("/");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | 1",
                "-2.5e3 | -2500.0",
                "true | true",
                "null | null",
                "{\"a\":[1]} | {\"a\":[1]}",
                "[1,2] | [1,2]",
                "007 | \"007\"",
                "1.2.3 | \"1.2.3\"",
                "{oops | \"{oops\"",
                "True | \"True\""
            })
    void textIsReadAsJsonOnlyWhereItIsJson(String text, String json) {
        assertThat(inputs.parse(text).toString()).isEqualTo(json);
    }
}
