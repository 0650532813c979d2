package io.agentorchestrator.api.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class YamlDocumentTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a: 1 | {\"a\":1}",
                "a: -0.5e3 | {\"a\":-0.5e3}",
                "a: 1.10 | {\"a\":1.10}",
                "a: 007 | {\"a\":\"007\"}",
                "a: 0x1F | {\"a\":\"0x1F\"}",
                "a: 1_000 | {\"a\":\"1_000\"}",
                "a: .inf | {\"a\":\".inf\"}",
                "a: 12345678901234567890123 | {\"a\":12345678901234567890123}",
                "a: [yes, no, on, off, True] | {\"a\":[\"yes\",\"no\",\"on\",\"off\",\"True\"]}",
                "a: [true, false, null, ~, ] | {\"a\":[true,false,null,null]}",
                "a: ['1', \"true\", !!str 5, !!int '5'] | {\"a\":[\"1\",\"true\",\"5\",5]}",
                "a: 2026-01-01 | {\"a\":\"2026-01-01\"}",
                "1: x | {\"1\":\"x\"}",
                "a: &x {b: 1}\\nc: *x | {\"a\":{\"b\":1},\"c\":{\"b\":1}}",
            })
    void readsScalarsAsJsonWould(String yaml, String json) {
        assertThat(JsonDocument.write(parse(yaml.replace("\\n", "\n")))).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a: &x {b: 1, c: 2}\\nd: {<<: *x, b: 3} | {'a':{'b':1,'c':2},'d':{'b':3,'c':2}}",
                "a: &x {b: 1}\\nd: {b: 3, <<: *x} | {'a':{'b':1},'d':{'b':3}}",
                "a: &x {b: 1}\\nc: &y {b: 2, e: 2}\\nd: {<<: [*x, *y]} | {'a':{'b':1},'c':{'b':2,'e':2},'d':{'b':1,'e':2}}",
                "a: {<<: {b: 1}} | {'a':{'b':1}}",
                "a: {<<: {}, b: 1} | {'a':{'b':1}}",
                "a: {<<: []} | {'a':{}}",
                "a: &x [{b: 1}, {c: 2}]\\nd: {<<: *x} | {'a':[{'b':1},{'c':2}],'d':{'b':1,'c':2}}",
                "a: &x {b: 1}\\nd: [{<<: *x}, {<<: *x, b: 2}] | {'a':{'b':1},'d':[{'b':1},{'b':2}]}",
                "a: &x {b: 1}\\nc: &y {<<: *x, d: 2}\\ne: {<<: *y, d: 3} | {'a':{'b':1},'c':{'d':2,'b':1},'e':{'d':3,'b':1}}",
                "a: &x {b: 1}\\n<<: *x | {'a':{'b':1},'b':1}",
                "a: &x {b: 1}\\nd: {!!merge <<: *x} | {'a':{'b':1},'d':{'b':1}}",
                "a: &x {b: 1}\\nd: {? << : *x} | {'a':{'b':1},'d':{'b':1}}",
                "a: {\"<<\": 1} | {'a':{'<<':1}}",
                "a: <<\\nb: [<<] | {'a':'<<','b':['<<']}",
            })
    void mergesMappings(String yaml, String json) {
        assertThat(JsonDocument.write(parse(yaml.replace("\\n", "\n")))).isEqualTo(json.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a: 1\\nb:\\n  <<: 5 | line 3, column 7 | a mapping or a list of mappings",
                "a: {<<: } | line 1 | a mapping or a list of mappings",
                "a: {<<: [{}, 5]} | line 1 | a mapping or a list of mappings",
                "a: {<<: [[{}]]} | line 1 | a mapping or a list of mappings",
                "a: &x {}\\nb: {<<: *x, <<: *x} | line 2, column 13 | a list: <<: [*a, *b]",
                "a: &x {<<: *x} | line 1 | no anchor before it",
                "a: &x <<\\nb: {*x : {}} | line 2 | written out",
            })
    void saysWhereAMergeIsWrong(String yaml, String place, String message) {
        assertThatThrownBy(() -> parse(yaml.replace("\\n", "\n")))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.code()).isEqualTo(ProblemCode.MALFORMED_YAML);
                    assertThat(problem).hasMessageContaining(place).hasMessageContaining(message);
                });
    }

    @Test
    void mergesAreChargedForWhatTheyUnfoldTo() {
        StringBuilder yaml = new StringBuilder("a0: &a0 {k: lol}\n");
        for (int n = 1; n < 40; n++) {
            yaml.append("a%d: &a%d {<<: *a%d, x%d: *a%d, y%d: *a%d}\n".formatted(n, n, n - 1, n, n - 1, n, n - 1));
        }
        assertThatThrownBy(() -> parse(yaml.toString())).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.LIMIT_EXCEEDED);
            assertThat(problem).hasMessageContaining("line 1");
        });
    }

    @Test
    void aNumberBeyondTheLimitIsRefusedAndNoText() {
        String digits = "9".repeat(JsonDocument.MAX_NUMBER_LENGTH);
        assertThat(JsonDocument.write(parse("a: " + digits))).isEqualTo("{\"a\":" + digits + "}");
        assertThat(JsonDocument.write(parse("a: '9" + digits + "'"))).isEqualTo("{\"a\":\"9" + digits + "\"}");

        assertThatThrownBy(() -> parse("a:\n  b: 9" + digits))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.code()).isEqualTo(ProblemCode.LIMIT_EXCEEDED);
                    assertThat(problem).hasMessageContaining("line 2").hasMessageContaining("400 characters");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a:\\n- {b/c: [1, DEEP]} | /a/0/b~1cD | line 2, column 73: it is nested deeper than 64 levels",
                "a:\\n- b: 1\\n- {c: LONG} | /a/1/c | line 3, column 7: a number has more than 400 characters",
                "a:\\n  b: {c: 1}\\n  ? NAME\\n  : 1 | /a | line 3, column 5: a name has more than 4,096 characters",
                "x: &x {a: DEEPX}\\ny:\\n  z: [*x, 0, [[*x]]] | /y/z/2/0/0 | line 3, column 16: it is nested deeper",
                "? NAME\\n: 1 | `` | line 1, column 3: a name has more than 4,096 characters"
            })
    void saysWhereALimitIsExceeded(String yaml, String pointer, String words) {
        String text = yaml.replace("\\n", "\n")
                .replace("DEEPX", "[".repeat(60) + "]".repeat(60))
                .replace("DEEP", "[".repeat(70) + "]".repeat(70))
                .replace("LONG", "1".repeat(401))
                .replace("NAME", "n".repeat(4_097));

        assertThatThrownBy(() -> parse(text))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.findings())
                                .singleElement()
                                .satisfies(error -> {
                                    assertThat(error.code()).isEqualTo(ProblemCode.LIMIT_EXCEEDED);
                                    assertThat(error.message()).startsWith(words);
                                    assertThat(error.pointer()).isEqualTo(pointer.replace("D", "/1" + "/0".repeat(60)));
                                }));
    }

    @Test
    void mergesDoNotNestBeyondTheLimit() {
        assertThatThrownBy(() -> parse("{<<: ".repeat(100_000)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo(ProblemCode.LIMIT_EXCEEDED));
    }

    @Test
    void aMergeThatManyTasksShareIsFine() {
        StringBuilder yaml = new StringBuilder("task: &task {type: x, payload: {a: 1, b: [1, 2]}}\ntasks:\n");
        for (int n = 0; n < 10_000; n++) {
            yaml.append("- {<<: *task, key: k").append(n).append("}\n");
        }
        JsonNode tasks = parse(yaml.toString()).path("tasks");
        assertThat(tasks.size()).isEqualTo(10_000);
        assertThat(tasks.path(9_999).path("payload").path("b").size()).isEqualTo(2);
    }

    @Test
    void aByteOrderMarkIsNoText() {
        assertThat(JsonDocument.write(parse("\ufeffa: 1"))).isEqualTo("{\"a\":1}");
    }

    @Test
    void saysWhereItIsMalformed() {
        assertThatThrownBy(() -> parse("a: 1\nb: [1,\nc: }"))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.code()).isEqualTo(ProblemCode.MALFORMED_YAML);
                    assertThat(problem).hasMessageContaining("line 3");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a:\\n\\tb: 1 | line 2, column 1: a tab stands where YAML takes none; indent with spaces",
                "a: 1\\nb: `x | line 2, column 4: ` cannot begin a value or a name; put the text in quotes",
                "a: 1\\nb: \u0007x | line 2, column 4: YAML may not hold the character U+0007; in double quotes it can be written \\u0007",
            })
    void saysInItsOwnWordsWhatTheParserDoesNotTake(String yaml, String message) {
        assertThatThrownBy(() -> parse(yaml.replace("\\n", "\n").replace("\\t", "\t")))
                .hasMessage(message);
    }

    @Test
    void manyAliasesAreFineWhileTheyStandForLittle() {
        StringBuilder yaml = new StringBuilder("retry: &retry {max_attempts: 3}\ntasks:\n");
        for (int n = 0; n < 10_000; n++) {
            yaml.append("- {key: k").append(n).append(", retry: *retry}\n");
        }
        assertThat(parse(yaml.toString()).path("tasks").size()).isEqualTo(10_000);
    }

    @Test
    void aFewAliasesAreTooManyWhenTheyStandForMuch() {
        String large = "x".repeat(1_000_000);
        String yaml = "a: &a " + large + "\nb: [" + "*a,".repeat(40) + "]";
        assertThatThrownBy(() -> parse(yaml))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo(ProblemCode.LIMIT_EXCEEDED));
    }

    @Test
    void aliasesDoNotNestBeyondTheLimit() {
        StringBuilder yaml = new StringBuilder("a0: &a0 [1]\n");
        for (int n = 1; n < 100; n++) {
            yaml.append("a%d: &a%d [*a%d]\n".formatted(n, n, n - 1));
        }
        assertThatThrownBy(() -> parse(yaml.toString()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo(ProblemCode.LIMIT_EXCEEDED));
    }

    /** The parser's own step made of it more than a minute. */
    @ParameterizedTest
    @ValueSource(strings = {"a: \"%s\"", "a: '%s'", "a: %s", "a: |\n  %s", "a: >\n  %s", "a: b\n#%s", "a: b #%s"})
    @Timeout(10)
    void aLongLineTakesAsLongAsItIs(String yaml) {
        assertThat(parse(yaml.formatted("x".repeat(16_000_000)))).isNotNull();
    }

    @Test
    void anotherYamlIsCalledThat() {
        assertThatThrownBy(() -> parse("%YAML 9.9\n---\na: 1\n"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("YAML 9.9 is not known here");
    }

    private static JsonNode parse(String yaml) {
        return YamlDocument.parse(yaml.getBytes(StandardCharsets.UTF_8));
    }
}
