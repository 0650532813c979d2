package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.dagfile.YamlValues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random JSON values go through files and options, and are in the request as they were written. */
class SentValuesPropertyIT {
    private static final int ROUNDS = 100;

    @TempDir
    private Path directory;

    private FakeApi api;
    private Terminal terminal;
    private long seed;
    private RandomJson json;

    @BeforeEach
    void serve() throws IOException {
        api = new FakeApi();
        terminal = new Terminal(directory, api);
        seed = new Random().nextLong();
        json = new RandomJson(new Random(seed), true);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private String sent(String... arguments) {
        assertThat(terminal.orchestrator(arguments)).as(terminal.err()).isZero();
        return new String(api.lastBody.get(), StandardCharsets.UTF_8);
    }

    @Test
    void filesAreSentAsTheyAreWritten() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            String text = "{\"inputs\": %s, \"tasks\": %s}".formatted(json.object(), json.value());
            Files.writeString(directory.resolve("dag.json"), text);

            assertThat(sent("submit", "dag.json")).as("seed " + seed).isEqualTo(text);
            assertThat(api.lastHeaders.get().getFirst("Content-Type")).isEqualTo("application/json");
            terminal.pipe(text.getBytes(StandardCharsets.UTF_8));
            assertThat(sent("submit", "-")).as("seed " + seed).isEqualTo(text);
            Files.writeString(directory.resolve("dag.yaml"), text);
            assertThat(sent("submit", "dag.yaml")).as("seed " + seed).isEqualTo(text);
            assertThat(api.lastHeaders.get().getFirst("Content-Type")).isEqualTo("application/yaml");
        }
    }

    @Test
    void jsonInputsStandInJsonAsTheyWereTyped() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            String text = "{ \"a\": %s, \"inputs\": {\"u\":%s, \"v\" : %%s , \"w\": %s}, \"z\": %s}"
                    .formatted(json.value(), json.value(), json.value(), json.value())
                    .replace("%%s", "%s");
            String old = json.value();
            String typed = json.value();
            String plain = json.text();
            int at = text.indexOf("\"v\" : %s") + "\"v\" : ".length();
            String before = text.substring(0, at);
            String after = text.substring(at + 2);
            Files.writeString(directory.resolve("dag.json"), before + old + after);

            assertThat(sent("submit", "dag.json", "--input-json", "v=" + typed))
                    .as("seed " + seed)
                    .isEqualTo(before + typed.strip() + after);
            assertThat(sent("submit", "dag.json", "--input", "v=" + plain))
                    .as("seed " + seed)
                    .isEqualTo(before + RandomJson.quoted(plain) + after);
        }
    }

    @Test
    void jsonInputsMeanTheSameInYaml() throws IOException {
        RandomJson old = new RandomJson(new Random(seed), false);
        for (int round = 0; round < ROUNDS; round++) {
            Files.writeString(
                    directory.resolve("dag.yaml"),
                    "name: ü\ninputs:\n  u: 7e1\n  v: %s\n  w: |\n    x\ntasks: []\n".formatted(old.value()));
            String typed = json.value();
            String plain = json.text();

            String sent = sent("submit", "dag.yaml", "--input-json", "v=" + typed);
            assertThat(YamlValues.input(sent, "v")).as("seed " + seed).isEqualTo(YamlValues.ofJson(typed));
            assertThat(sent).startsWith("name: ü\ninputs:\n  u: 7e1\n  v: ").endsWith("\n  w: |\n    x\ntasks: []\n");
            assertThat(YamlValues.input(sent("submit", "dag.yaml", "--input", "v=" + plain), "v"))
                    .as("seed " + seed)
                    .isEqualTo(YamlValues.ofJson(RandomJson.quoted(plain)));
        }
    }
}
