package io.agentorchestrator.cli.dagfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.cli.failure.CliFailure;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs take the place of the file's own, and nothing else changes. */
class InputsTest {
    private static String yaml(String text, String... namesAndValues) {
        return new YamlInputs("dag.yaml", text).with(values(namesAndValues));
    }

    private static String json(String text, String... namesAndValues) {
        return new JsonInputs("dag.json", text).with(values(namesAndValues));
    }

    private static Map<String, String> values(String... namesAndValues) {
        Map<String, String> values = new TreeMap<>();
        for (int at = 0; at < namesAndValues.length; at += 2) {
            values.put(namesAndValues[at], namesAndValues[at + 1]);
        }
        return values;
    }

    @Test
    void valuesReplaceTheFilesOwnInJson() {
        String text =
                "{ \"x\": {\"inputs\": {\"v\": 0}}, \"inputs\" : {\"a\": [1, {\"v\": 2}], \"v\" : 1.10 , \"w\":\"é😀\"},\n"
                        + " \"y\": 7e12345, \"y\": 1 }";

        assertThat(json(text, "v", "3.10", "w", "\"7e12345\"", "a", "{\"b\": 1e0}"))
                .isEqualTo(
                        "{ \"x\": {\"inputs\": {\"v\": 0}}, \"inputs\" : {\"a\": {\"b\": 1e0}, \"v\" : 3.10 , \"w\":\"7e12345\"},\n"
                                + " \"y\": 7e12345, \"y\": 1 }");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-12.50e-3", "true", "null", "\"\"", "\"a\\\"}\"", "[]", "{}", "[[{\"v\": []}]]", "0"})
    void whateverStandsThereInJsonGivesWay(String old) {
        String text = "{\"inputs\":{\"v\":%s,\"w\":%s}}";

        assertThat(json(text.formatted(old, old), "v", "1")).isEqualTo(text.formatted("1", old));
        assertThat(json(text.formatted(old, old), "w", "1")).isEqualTo(text.formatted(old, "1"));
    }

    @Test
    void valuesReplaceTheFilesOwnInYaml() {
        String text = """
                name: a # 😀
                inputs:
                  v: 3.10   # a version
                  w:
                    - 1
                    - {v: 2}
                  # of x
                  x: |
                    two
                    lines

                  y: &why plain
                   text
                  z:
                tasks: [{key: *why, payload: {v: 7e12345}}]
                """;

        assertThat(yaml(text, "v", "\"7e1\"", "w", "null", "x", "[1, {\"é\": 2}]", "y", "1.50", "z", "true"))
                .isEqualTo("""
                name: a # 😀
                inputs:
                  v: "7e1"   # a version
                  w: null
                  x: [1, {"\\u00e9": 2}]

                  y: 1.50
                  z: true
                tasks: [{key: "plain text", payload: {v: 7e12345}}]
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "inputs: { v: x }",
                "inputs: {v}",
                "inputs: {v: , w: 1}",
                "inputs: {\"v\":x,'w':1}",
                "{inputs: {w: 1, v: [a, b], }, tasks: []}",
                "inputs:\n  v: |+\n    a\n\n\ntasks: []",
                "inputs:\n  v: >-\n    a\n    b\n  w: 1",
                "inputs:\n  v:\n  - 1\n  - 2\n  w: 1",
                "inputs:\n  v:\n    a: 1\n    b:\n      c: 2\n\n# end\ntasks: []\n",
                "inputs:\n  v: !!str 7\n  w: 1",
                "inputs:\n  v: \"a\n    b\"\n  w: 1",
                "inputs:\n  v: 'it''s'\nname: b",
                "x: &x {v: 1}\ninputs:\n  <<: *x\n  v: *x\ntasks: []",
                "\r\ninputs:\r\n  v: x\r\n  w: 1\r\n",
                "---\ninputs: {v: 1}\n...\n",
                "inputs:\n  v:\n  w: 1",
                "inputs:\n  ? v\n  : x\n",
                "inputs:\n  ? v\n  ? w\n  : 1\n",
                "inputs:\n  w: why ?\n  ? \"v\" # its name\n  : - 1\n    - 2\n  u: 1\n",
                "? inputs\n: ? v\n  : x\ntasks: []\n",
                "inputs: {? v : x, w: 1}",
                "inputs: {w: 1, ? v}"
            })
    void whateverStandsThereInYamlGivesWay(String text) {
        String changed = yaml(text, "v", "[\"7e12345\", 3.10, \"\\ud83d\\ude00\\u0000\"]");

        // The outline of the rest is compared by the product itself; here is that the value came in.
        assertThat(changed).contains("v").contains("[\"7e12345\", 3.10, \"\\U0001f600\\u0000\"]");
        assertThat(YamlValues.input(changed, "v")).isEqualTo(List.of("'7e12345", "#3.10", "'😀\u0000"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"inputs:\n  ?\n    v\n  : x\n", "inputs: x", "inputs: {w: 1}", "- inputs: {v: 1}", "name: a", ""
            })
    void whereNoValueCanComeInThatIsSaid(String text) {
        assertThatThrownBy(() -> yaml(text, "v", "1"))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("dag.yaml");
    }

    @Test
    void anInputWhoseNameStandsApartFromItsQuestionMarkIsNamed() {
        assertThatThrownBy(() -> yaml("inputs:\n  ?\n    v\n  : x\n  w: 1\n", "v", "1"))
                .hasMessage("dag.yaml writes `inputs` in a way that no value can be put into (`v`): write each as"
                        + " `name: value`, on a line of its own.");
    }

    @Test
    void whatHadAnAliasOfAnInputStaysWhatItWas() {
        assertThat(yaml("inputs: {v: &z x, w: *z}", "v", "\"new\"")).isEqualTo("inputs: {v: \"new\", w: \"x\"}");
        assertThat(yaml("inputs: {region: &r eu}\ntasks: [{labels: {r: *r}}]", "region", "\"us\""))
                .isEqualTo("inputs: {region: \"us\"}\ntasks: [{labels: {r: \"eu\"}}]");
        assertThat(yaml(
                        "inputs: {db: &d {host: h, port: 1}, copy: *d, q: {<<: *d, port: 2}}",
                        "db",
                        "{\"host\": \"x\"}"))
                .isEqualTo(
                        "inputs: {db: {\"host\": \"x\"}, copy: {\"host\": \"h\", \"port\": 1}, q: {<<: {\"host\": \"h\", \"port\": 1}, port: 2}}");
        assertThat(yaml("inputs: &i {v: 1}\nlabels: *i", "v", "2")).isEqualTo("inputs: &i {v: 2}\nlabels: {\"v\": 1}");
        assertThat(yaml("k: &k v\ninputs:\n  *k : 1\n  w: 2", "v", "3"))
                .isEqualTo("k: &k v\ninputs:\n  *k : 3\n  w: 2");
    }

    @Test
    void mergedInputsAreInputsToo() {
        assertThat(yaml("inputs: {base: &b {v: x}, <<: *b}", "v", "1"))
                .isEqualTo("inputs: {\"v\": 1, base: &b {v: x}, <<: *b}");
        assertThat(yaml("b: &b {v: x}\ninputs:\n  # its\n  <<: *b\n  w: 2\n", "v", "1"))
                .isEqualTo("b: &b {v: x}\ninputs:\n  # its\n  \"v\": 1\n  <<: *b\n  w: 2\n");
        assertThat(yaml("<<: {inputs: {v: x, w: 2}}\nname: a", "v", "1"))
                .isEqualTo("\"inputs\": {\"v\": 1, \"w\": 2}\n<<: {inputs: {v: x, w: 2}}\nname: a");
        assertThat(yaml("x: &x {v: 1, w: 2}\ninputs: *x", "v", "3"))
                .isEqualTo("x: &x {v: 1, w: 2}\ninputs: {\"v\": 3, \"w\": 2}");
        assertThatThrownBy(() -> yaml("inputs: {base: &b {v: x}, <<: *b}", "u", "1"))
                .hasMessage("dag.yaml declares no input `u`; it takes base, v.");
    }

    @Test
    @Timeout(10)
    void aLongLineTakesAsLongAsItIs() {
        String text = "inputs: {v: 1}\nname: " + "x".repeat(16_000_000);

        assertThat(yaml(text, "v", "2")).startsWith("inputs: {v: 2}\n");
    }

    @Test
    void whatUnfoldsWithoutEndIsRefused() {
        StringBuilder text = new StringBuilder("inputs: {v: 1}\na0: &a0 [x]\n");
        for (int i = 1; i <= 30; i++) {
            text.append("a%d: &a%d [*a%d, *a%d]%n".formatted(i, i, i - 1, i - 1));
        }

        assertThatThrownBy(() -> yaml(text.toString(), "v", "2"))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("with its aliases written out, more than the API takes");
        assertThatThrownBy(() -> yaml("inputs: {v: 1}\na: " + "[".repeat(600) + "]".repeat(600), "v", "2"))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("nested deeper");
    }

    @Test
    void unknownNamesAreRefusedNamingTheKnownOnes() {
        assertThatThrownBy(() -> yaml("inputs: {path: ., depth: 3}", "dept", "7"))
                .hasMessage("dag.yaml declares no input `dept`; it takes path, depth.");
        assertThatThrownBy(() -> json("{\"inputs\": {}}", "dept", "7"))
                .hasMessage("dag.json declares no input `dept`; it takes none.");
        assertThatThrownBy(() -> json("{\"tasks\": []}", "a", "1")).hasMessageContaining("declares no inputs");
    }

    @Test
    void namesOfAnyLengthStandInYaml() {
        String name = "n".repeat(3_000);

        String changed = yaml("inputs: {v: 1}", "v", "{\"" + name + "\": [1], \"b\": 2}");

        assertThat(YamlValues.input(changed, "v")).isEqualTo(Map.of(name, List.of("#1"), "b", "#2"));
    }

    @Test
    void aNumberThatYamlWouldTakeForTextIsMarkedAsANumber() {
        assertThat(YamlJson.of("[1e999999999, 1e1000000000]")).isEqualTo("[1e999999999, !!float 1e1000000000]");
        assertThat(YamlJson.of("1".repeat(400))).isEqualTo("1".repeat(400));
        assertThat(YamlJson.of("1".repeat(401))).startsWith("!!float 1");
    }
}
