package io.agentorchestrator.workflows.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.workflows.json.ExactJson;
import io.agentorchestrator.workflows.model.Limits;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class TemplatesTest {
    private static final JsonNode INPUTS =
            json("{'path': '/src', 'depth': 3, 'deep': {'list': [1, {'x': true}], '0': 'zero', 'a/b~c': 1}}");
    private static final Map<String, JsonNode> RESULTS =
            Map.of("list.v2-A_b", json("{'files': ['a', 'b'], 'total': 2, 'none': null}"), "failed", json("null"));

    @Test
    void stringThatIsOneTemplateBecomesTheValue() {
        assertThat(resolve("{'a': '${inputs.deep.list}', 'b': '${tasks.list.v2-A_b.result.total}'}"))
                .isEqualTo(json("{'a': [1, {'x': true}], 'b': 2}"));
        assertThat(resolve("'${tasks.list.v2-A_b.result}'")).isEqualTo(RESULTS.get("list.v2-A_b"));
    }

    @Test
    void longerStringsTakeStringsAsTheyAreAndTheRestAsJson() {
        assertThat(resolve("'in ${inputs.path}: ${inputs.depth}, ${inputs.deep.list}, ${tasks.failed.result}!'"))
                .isEqualTo(json("'in /src: 3, [1,{\"x\":true}], null!'".replace("\"", "\\\"")));
    }

    @Test
    void templatesStandInValuesAtAnyDepthButNotInNames() {
        assertThat(resolve("{'${inputs.path}': [{'x': ['${inputs.path}']}], 'n': 1, 't': true}"))
                .isEqualTo(json("{'${inputs.path}': [{'x': ['/src']}], 'n': 1, 't': true}"));
    }

    @Test
    void pathsGoThroughObjectsAndArrays() {
        assertThat(resolve("'${inputs.deep.list.1.x}'")).isEqualTo(json("true"));
        assertThat(resolve("'${inputs.deep.0}'")).isEqualTo(json("'zero'"));
        assertThat(resolve("'${tasks.list.v2-A_b.result.files.1}'")).isEqualTo(json("'b'"));
        assertThat(resolve("'${tasks.list.v2-A_b.result.none}'")).isEqualTo(json("null"));
    }

    @Test
    void escapedTemplatesStayLiteral() {
        assertThat(resolve("'$${inputs.path} costs $5 and ${inputs.path}'"))
                .isEqualTo(json("'${inputs.path} costs $5 and /src'"));
        assertThat(Templates.scan(json("'$${x'")).hasTemplates()).isTrue();
        assertThat(Templates.scan(json("'$5 {} }'")).hasTemplates()).isFalse();
    }

    @Test
    void insertedTextIsNotLookedAtAgain() {
        JsonNode inputs = json("{'evil': '${inputs.other}', 'other': 'secret'}");

        assertThat(Templates.resolve(json("['${inputs.evil}', 'x${inputs.evil}']"), inputs, Map.of()))
                .isEqualTo(json("['${inputs.other}', 'x${inputs.other}']"));
    }

    @Test
    void resultOfAFailedParentIsNullAndHasNoParts() {
        assertThat(resolve("'${tasks.failed.result}'")).isEqualTo(json("null"));
        assertMissing(
                "['${tasks.failed.result.x}']",
                "/0",
                "${tasks.failed.result.x}",
                "tasks.failed.result has no 'x': it is null");
    }

    @Test
    void missingReferencesSayWhichStepAndWhatWasThereInstead() {
        assertMissing("{'a': {'b/c': '${inputs.nope}'}}", "/a/b~1c", "${inputs.nope}", "there is no input 'nope'");
        assertMissing("'${inputs.deep.list.2}'", "", "inputs.deep.list has no '2': it is an array of 2");
        assertMissing("'${inputs.deep.list.x}'", "", "inputs.deep.list has no 'x'");
        assertMissing("'${inputs.deep.list.99999999999}'", "", "has no '99999999999'");
        assertMissing("'${inputs.path.x}'", "", "inputs.path has no 'x': it is a string");
        assertMissing(
                "'${tasks.list.v2-A_b.result.sum}'",
                "",
                "tasks.list.v2-A_b.result has no 'sum': it is an object with files, total, none");
        assertMissing("'${tasks.other.result}'", "", "there is no result of a task 'other'");
    }

    @Test
    void scanTellsInputsAndTasksAndWhereTheyStand() {
        TemplateUse use = Templates.scan(json(
                "{'a': '${inputs.path} ${tasks.a.b.result.c}', 'b': ['${inputs.path.x}', '${tasks.a.b.result}']}"));

        assertThat(use.uses().stream().map(found -> found.reference().text()))
                .containsExactly("inputs.path", "tasks.a.b.result.c", "inputs.path.x", "tasks.a.b.result");
        assertThat(use.tasks()).containsExactly("a.b");
        assertThat(use.problems()).isEmpty();
        assertThat(use.uses().stream().map(TemplateUse.Use::pointer)).containsExactly("/a", "/a", "/b/0", "/b/1");
    }

    @Test
    void malformedTemplatesAreToldWithTheWayOut() {
        for (String bad : List.of(
                "${}",
                "${HOME}",
                "${inputs}",
                "${inputs.}",
                "${inputs.a..b}",
                "${tasks.a}",
                "${tasks.result}",
                "${tasks.a.results}",
                "${tasks.a.result.}",
                "${ inputs.a }",
                "${inputs.a",
                "${inputs.a['b}",
                "${inputs.a['b'x]}",
                "${inputs.a[}",
                "${inputs.a[b]}",
                "${inputs['a']b}",
                "${tasks['a.result']}",
                "x ${")) {
            TemplateUse use = Templates.scan(JsonMapper.shared().valueToTree(Map.of("k", List.of(bad))));
            assertThat(use.problems()).as(bad).hasSize(1);
            assertThat(use.problems().getFirst().pointer()).isEqualTo("/k/0");
            assertThat(use.problems().getFirst().message()).contains("${inputs.NAME}", "$${");
            JsonNode payload = JsonNodeFactory.instance.stringNode(bad);
            assertThatThrownBy(() -> Templates.resolve(payload, INPUTS, RESULTS))
                    .isInstanceOf(MissingReferenceException.class);
        }
    }

    @Test
    void keysMayHoldDotsAndTheFirstResultEndsThem() {
        assertThat(Templates.scan(json("'${tasks.a.results.v1.result.result.x}'"))
                        .uses()
                        .getFirst()
                        .reference())
                .isEqualTo(new Reference.ToResult("a.results.v1", List.of("result", "x")));
    }

    @Test
    void numbersKeepTheirSpellingWholeAndInsideText() {
        for (String number : List.of(
                "3.10",
                "12345678.90",
                "0.00000001",
                "1e400",
                "1E5",
                "-0",
                "-0.0",
                "1e99999999999",
                "12345678901234567.89",
                "7".repeat(400),
                "1." + "3".repeat(398))) {
            JsonNode inputs = ExactJson.parse("{\"n\":" + number + "}");
            Map<String, JsonNode> results = Map.of("a", ExactJson.parse("{\"list\":[" + number + "]}"));
            JsonNode payload =
                    json("['${inputs.n}', 'EUR ${inputs.n}', '${tasks.a.result.list}', 'x${tasks.a.result}']");

            assertThat(ExactJson.write(Templates.resolve(payload, inputs, results)))
                    .isEqualTo("[" + number + ",\"EUR " + number + "\",[" + number + "],\"x{\\\"list\\\":[" + number
                            + "]}\"]");
        }
    }

    @Test
    void everyNameCanBeReferredTo() {
        JsonNode inputs = ExactJson.parse("{\"a-b_1\":{\"x.y\":1,\"it's}\":[2],\"\":3,\"é [0]\":4}}");
        Map<String, JsonNode> results = Map.of(
                "a",
                json("{'b.c': {'x': 1}, 'result': 2}"),
                "a.result",
                json("3"),
                "a.b.c",
                json("4"),
                "a.result.b",
                json("5"));

        assertThat(Templates.resolve(ExactJson.parse("""
                                ["${inputs.a-b_1['x.y']}", "${inputs['a-b_1'][\\"it's}\\"][0]}", "${inputs.a-b_1['it''s}'].0}",
                                 "${inputs.a-b_1['']}", "${inputs.a-b_1['é [0]']}", "${tasks.a.result['b.c'].x}", "${tasks.a.result.result}",
                                 "${tasks['a.result'].result}", "${tasks.a['b.c'].result}", "${tasks.a.b.c.result}",
                                 "${tasks['a.result.b'].result}"]
                                """), inputs, results))
                .isEqualTo(json("[1, 2, 2, 3, 4, 1, 2, 3, 4, 4, 5]"));
    }

    @Test
    void whatAReferenceIsSaidToBeReadsAsTheSameReference() {
        for (String path : List.of("x", "x.y", "it's", "a]b", "}", "{", "", " ", "é", "[0]", "\"", ".result")) {
            for (Reference reference : List.of(
                    new Reference.ToInput("n", List.of(path, "0")),
                    new Reference.ToResult("a.result.b", List.of(path)))) {
                assertThat(TemplateText.parse("${" + reference.text() + "}"))
                        .containsExactly(new TemplateText.Part.Template(reference));
            }
        }
    }

    @Test
    void numberOfTemplatesIsBounded() {
        ArrayNode many = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i <= Limits.MAX_TEMPLATES_PER_PAYLOAD; i++) {
            many.add("${inputs.path}");
        }

        assertThat(Templates.scan(many).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("1000 templates"));
        assertThatExceptionOfType(PayloadTooLargeException.class)
                .isThrownBy(() -> Templates.resolve(many, INPUTS, Map.of()));
    }

    @Test
    void resolvedPayloadIsBoundedBeforeItIsBuilt() {
        JsonNode large = JsonNodeFactory.instance.stringNode("x".repeat(Limits.MAX_RESULT_BYTES));
        JsonNode payload = json("['" + "${tasks.big.result}".repeat(900) + "']");

        assertThatExceptionOfType(PayloadTooLargeException.class)
                .isThrownBy(() -> Templates.resolve(payload, INPUTS, Map.of("big", large)))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo("PAYLOAD_TOO_LARGE");
                    assertThat(e.pointer()).isEqualTo("/0");
                });
    }

    @Test
    void depthIsBoundedToo() {
        JsonNode deep = nested(Limits.MAX_JSON_DEPTH);
        JsonNode tooDeep = nested(Limits.MAX_JSON_DEPTH + 1);

        assertThat(Templates.scan(deep).problems()).isEmpty();
        assertThat(Templates.scan(tooDeep).problems()).hasSize(1);
        assertThatExceptionOfType(PayloadTooLargeException.class)
                .isThrownBy(() -> Templates.resolve(tooDeep, INPUTS, Map.of()));
        ObjectNode inputs = JsonNodeFactory.instance.objectNode();
        inputs.set("deep", deep);
        assertThat(Templates.resolve(json("'${inputs.deep}'"), inputs, Map.of()))
                .isEqualTo(deep);
        assertThatExceptionOfType(PayloadTooLargeException.class)
                .isThrownBy(() -> Templates.resolve(json("['${inputs.deep}']"), inputs, Map.of()));
    }

    private static JsonNode nested(int levels) {
        JsonNode node = JsonNodeFactory.instance.stringNode("core");
        for (int i = 0; i < levels; i++) {
            node = JsonNodeFactory.instance.arrayNode().add(node);
        }
        return node;
    }

    private static void assertMissing(String payload, String pointer, String... parts) {
        assertThatExceptionOfType(MissingReferenceException.class)
                .isThrownBy(() -> resolve(payload))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo("MISSING_INPUT");
                    assertThat(e.pointer()).isEqualTo(pointer);
                    assertThat(e).hasMessageContainingAll(parts);
                });
    }

    private static JsonNode resolve(String payload) {
        return Templates.resolve(json(payload), INPUTS, RESULTS);
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text.replace('\'', '"'));
    }
}
