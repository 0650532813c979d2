package io.agentorchestrator.workflows.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.json.ExactJson;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class LimitKeysTest {
    @ParameterizedTest
    @CsvSource({
        "task_type, task_type",
        "label:model, label:model",
        "label.model, label:model",
        "labels.model.name, label:model.name",
        "payload_path:a.b.0, payload_path:a.b.0",
        "payload.model, payload_path:model",
    })
    void isReadFromItsTextAndWrittenAsOne(String text, String written) {
        assertThat(LimitBy.parse(text)).map(LimitBy::text).contains(written);
        assertThat(LimitBy.parse(written)).isEqualTo(LimitBy.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "type",
                "label",
                "label:",
                "label: ",
                "payload_path:a..b",
                "payload_path:.a",
                "payload:a.b.c.d.e.f.g.h.i.j.k"
            })
    void refusesWhatIsNoPlace(String text) {
        assertThat(LimitBy.parse(text)).isEmpty();
    }

    @Test
    void everyLimitCountsATask() {
        List<CapacityLimit> all = IntStream.range(0, CapacityLimit.MAX_LIMITS)
                .mapToObj(n -> new CapacityLimit("l%03d".formatted(n), new LimitBy.TaskType(), null, 1, null, null))
                .toList();

        LimitKeys keys = LimitKeys.of(
                all, new LimitKeys.Source("chat", name -> null, name -> null, false, ExactJson.parse("{}")));

        assertThat(keys.keys()).hasSize(CapacityLimit.MAX_LIMITS).contains("l999:chat");
    }

    @Test
    void looksAtTypeLabelsAndPayload() {
        String payload = "{\"model\":\"m1\",\"n\":1.50,\"on\":true,\"none\":null,\"of\":{\"models\":[\"a\",\"b\"]}}";

        assertThat(keys("task_type", null, payload)).containsExactly("l:chat");
        assertThat(keys("label:team", null, payload)).containsExactly("l:red");
        assertThat(keys("label:other", null, payload)).isEmpty();
        assertThat(keys("payload_path:model", null, payload)).containsExactly("l:m1");
        assertThat(keys("payload_path:model", "m1", payload)).containsExactly("l:m1");
        assertThat(keys("payload_path:model", "m2", payload)).isEmpty();
        assertThat(keys("payload_path:n", null, payload)).containsExactly("l:1.50");
        assertThat(keys("payload_path:on", null, payload)).containsExactly("l:true");
        assertThat(keys("payload_path:none", null, payload)).isEmpty();
        assertThat(keys("payload_path:of", null, payload)).isEmpty();
        assertThat(keys("payload_path:of.models.1", null, payload)).containsExactly("l:b");
    }

    @Test
    void knowsWhatInputsSayAndNotWhatResultsWill() {
        LimitKeys fromInput = of("payload_path:model", null, "{\"model\":\"${inputs.model}\"}", true);
        LimitKeys fromResult = of("payload_path:model", null, "{\"model\":\"${tasks.a.result}\"}", true);
        LimitKeys asItIs = of("payload_path:model", null, "{\"model\":\"${inputs.model}\"}", false);

        assertThat(fromInput.keys()).containsExactly("l:opus");
        assertThat(fromResult.keys()).isEmpty();
        assertThat(fromResult.unknown()).containsExactly("l");
        assertThat(asItIs.keys()).containsExactly("l:${inputs.model}");
    }

    @Test
    void cutsLongValuesAndKeepsThemApart() {
        List<String> one = keys("payload_path:model", null, "{\"model\":\"" + "x".repeat(5_000) + "1\"}");
        List<String> two = keys("payload_path:model", null, "{\"model\":\"" + "x".repeat(5_000) + "2\"}");

        assertThat(one.getFirst()).hasSizeLessThanOrEqualTo(CapacityLimit.MAX_VALUE_LENGTH + 2);
        assertThat(one).isNotEqualTo(two);
    }

    private static List<String> keys(String by, @Nullable String value, String payload) {
        return of(by, value, payload, false).keys();
    }

    private static LimitKeys of(String by, @Nullable String value, String payload, boolean hasTemplates) {
        CapacityLimit limit = new CapacityLimit("l", LimitBy.parse(by).orElseThrow(), value, 1, null, null);
        JsonNode tree = ExactJson.parse(payload);
        return LimitKeys.of(
                List.of(limit),
                new LimitKeys.Source(
                        "chat",
                        Map.of("team", "red")::get,
                        tree::get,
                        hasTemplates,
                        ExactJson.parse("{\"model\":\"opus\"}")));
    }
}
