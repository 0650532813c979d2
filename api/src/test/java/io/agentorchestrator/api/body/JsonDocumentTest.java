package io.agentorchestrator.api.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDocumentTest {
    private static final long SEED = 20_261_129;
    /** What only who wrote the parsers understands. */
    private static final Pattern INTERNALS = Pattern.compile(
            "REDACTED|Feature|Constraints|JsonToken|CTRL-CHAR|code [0-9]+|jackson|snakeyaml|java\\.|Input length|Exception|null at|<[a-z ]+>");

    private static final String SPECIAL = "{}[],:\"'\\-&*!|>?<\t\n #%@`";

    private static final String JSON =
            "{\"tasks\":[{\"key\":\"a\",\"payload\":{\"n\":-1.5e3,\"t\":\"\\u00e4\\n ü\",\"l\":[true,false,null]}}]}";
    private static final String YAML =
            "a: &a {b: 1, \"c\": 'd'}\ne:\n  - <<: *a\n    f: |\n      text\n  - ? g\n    : !!str 5\nh: [1, 2.5e3, ~]\n";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1 | ends too early",
                "{\"a\":\"x | ends too early",
                "[ | ends too early",
                "{\"a\":1,\"a\":2} | the name 'a' stands here twice",
                "{\"a\":1}} | no bracket that this } would close",
                "{\"a\":1} 2 | more behind the end",
                "{\"a\":oops} | 'oops' is no JSON value",
                "{\"a\":NaN} | 'NaN' is no JSON value",
                "{\"a\":-Infinity} | '-Infinity' is no JSON value",
                "{a:1} | a name in double quotes is needed, not 'a'",
                "{\"a\":1,} | a name in double quotes is needed, not '}'",
                "{\"a\" 1} | a colon is needed",
                "[1 2] | a comma is needed",
                "[1,] | a value does not begin with ']'",
                "{\"a\":01} | not how JSON writes a number",
                "{\"a\":1.} | not how JSON writes a number",
                "{\"a\":1e} | not how JSON writes a number",
                "{\"a\":\"\t\"} | a control character",
                "{\"a\":\u0001} | a control character",
                "{\"a\":\"\\x\"} | no escape \\x",
                "{\"a\":\"\\u12g4\"} | four hexadecimal digits",
                "{\"a\":1e99999999999} | exponent is too large",
                "{\"\\udc00\":1} | is half of a character",
                "{\"\\ud83d\":1} | is half of a character",
            })
    void saysWhatIsMalformedInPlainWords(String json, String words) {
        assertRefused(json.getBytes(StandardCharsets.UTF_8), ProblemCode.MALFORMED_JSON, words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1, DEEP] | /1D | line 2, column 68: it is nested deeper than 64 levels",
                "{'b~/': {'c': DEEP}} | /b~0~1/cC | line 2, column 77: it is nested deeper than 64 levels",
                "{'p': {'x': 0, 'l': [1, LONG]}} | /p/l/1 | line 2, column 25: a number has more than 400 characters",
                "{'p': {'x': 0, 'l': -LONG.5}} | /p/l | line 2, column 16: a number has more than 400 characters",
                "{'p': {'x': [0], 'NAME': 1}} | /p | line 2, column 4117: a name has more than 4,096 characters",
                "{'NAME': 1} | `` | line 2, column 4101: a name has more than 4,096 characters",
                "{'p': [0, 1e99999999999]} | /p/1 | line 2, column 11: a number's exponent is too large",
                "{'p': [0, {'q': 1e99999999999}]} | /p/1/q | line 2, column 17: a number's exponent is too large"
            },
            quoteCharacter = '`')
    void saysWhereALimitIsExceeded(String json, String pointer, String words) {
        String text = json.replace('\'', '"')
                .replace("DEEP", "[".repeat(70) + "]".repeat(70))
                .replace("LONG", "1".repeat(401))
                .replace("NAME", "n".repeat(4_097));

        assertThatThrownBy(() -> JsonDocument.parse(utf8("\n" + text)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.findings())
                                .singleElement()
                                .satisfies(error -> {
                                    assertThat(error.message()).startsWith(words);
                                    assertThat(error.pointer())
                                            .isEqualTo(pointer.replace("C", "/0".repeat(62))
                                                    .replace("D", "/0".repeat(63)));
                                }));
    }

    @Test
    void saysWhichLimitIsExceeded() {
        assertRefused(utf8("[".repeat(100)), ProblemCode.LIMIT_EXCEEDED, "nested deeper than 64 levels");
        assertRefused(utf8("[" + "1".repeat(500) + "]"), ProblemCode.LIMIT_EXCEEDED, "more than 400 characters");
        assertRefused(
                utf8("{\"" + "n".repeat(5_000) + "\":1}"), ProblemCode.LIMIT_EXCEEDED, "a name has more than 4,096");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE"})
    void takesNoOtherEncoding(String charset) {
        assertRefused("{\"a\":1}".getBytes(Charset.forName(charset)), ProblemCode.MALFORMED_JSON, "not UTF-8");
    }

    @Test
    void bytesThatAreNotUtf8AreCalledThat() {
        assertRefused(
                new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xff, '"', '}'},
                ProblemCode.MALFORMED_JSON,
                "not UTF-8");
    }

    /** 'A' in two and three bytes, '/' in four; half a surrogate pair; beyond Unicode. */
    @ParameterizedTest
    @ValueSource(strings = {"c181", "e08181", "f08080af", "eda080", "f4908080", "c1", "e282"})
    void charactersInOtherBytesThanTheirsAreNotUtf8(String bytes) {
        for (String around : new String[] {"{'a':'%s'}", "{'%s':1}", "{'ü':1,\n 'b':'%s"}) {
            String[] parts = around.replace('\'', '"').split("%s", 2);
            ByteArrayOutputStream json = new ByteArrayOutputStream();
            json.writeBytes(utf8(parts[0]));
            json.writeBytes(HexFormat.of().parseHex(bytes));
            json.writeBytes(utf8(parts[1]));

            assertRefused(
                    json.toByteArray(),
                    ProblemCode.MALFORMED_JSON,
                    parts[0].contains("\n") ? "line 2, column 7: the body is not UTF-8" : "the body is not UTF-8");
        }
    }

    @Test
    void takesAByteOrderMark() {
        assertThat(JsonDocument.parse(utf8("\ufeff{\"a\":1}")).toString()).isEqualTo("{\"a\":1}");
    }

    /** Whatever is done to a document, it is read or refused by a problem, in words. */
    @Test
    void noDamageMakesALibrarySpeak() {
        Random random = new Random(SEED);
        for (int n = 0; n < 20_000; n++) {
            check(damaged(utf8(JSON), random), JsonDocument::parse);
            check(damaged(utf8(YAML), random), YamlDocument::parse);
        }
    }

    private static void check(byte[] bytes, Consumer<byte[]> parser) {
        try {
            parser.accept(bytes);
        } catch (ProblemException e) {
            assertThat(e.getMessage()).as(describe(bytes)).doesNotContainPattern(INTERNALS);
        } catch (RuntimeException e) {
            throw new AssertionError(describe(bytes), e);
        }
    }

    private static byte[] damaged(byte[] document, Random random) {
        byte[] bytes = document.clone();
        int changes = 1 + random.nextInt(3);
        for (int n = 0; n < changes; n++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = (byte) SPECIAL.charAt(random.nextInt(SPECIAL.length()));
                case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                default -> bytes[at] = bytes[random.nextInt(bytes.length)];
            }
        }
        return bytes;
    }

    private static String describe(byte[] bytes) {
        return "seed " + SEED + ": " + new String(bytes, StandardCharsets.UTF_8);
    }

    private static void assertRefused(byte[] bytes, ProblemCode code, String words) {
        assertThatThrownBy(() -> JsonDocument.parse(bytes)).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.code()).isEqualTo(code);
            assertThat(problem).hasMessageContaining(words);
            assertThat(problem.getMessage()).doesNotContainPattern(INTERNALS);
        });
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
