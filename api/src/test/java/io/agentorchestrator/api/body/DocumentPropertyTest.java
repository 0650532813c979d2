package io.agentorchestrator.api.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.testkit.RandomJson;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Random documents are stored as they were sent, as JSON and as the same in YAML. */
class DocumentPropertyTest {
    @Test
    void whatIsReadIsWrittenAsItWas() {
        long seed = System.nanoTime();
        RandomJson json = new RandomJson(new Random(seed));
        for (int i = 0; i < 2_000; i++) {
            String text = json.object(6);
            assertThat(JsonDocument.write(JsonDocument.parse(text.getBytes(StandardCharsets.UTF_8))))
                    .as("seed %d, document %d", seed, i)
                    .isEqualTo(text);
        }
    }

    @Test
    void numbersInYamlKeepTheirSpelling() {
        for (String number : new String[] {"3.10", "1e400", "-0", "-0.0", "12345678.90", "1E5", "7".repeat(400)}) {
            JsonNode tree = YamlDocument.parse(("n: " + number).getBytes(StandardCharsets.UTF_8));
            assertThat(JsonDocument.write(tree)).isEqualTo("{\"n\":" + number + "}");
        }
    }
}
