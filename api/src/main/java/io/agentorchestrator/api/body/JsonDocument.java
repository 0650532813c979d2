package io.agentorchestrator.api.body;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationError;
import io.agentorchestrator.workflows.json.ExactJson;
import io.agentorchestrator.workflows.model.Limits;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON, read strictly: names once, nothing behind the end, numbers as they were written. */
public final class JsonDocument {
    /** Characters of a number, as it is written. */
    public static final int MAX_NUMBER_LENGTH = 400;
    /** Characters of a name in an object. */
    public static final int MAX_NAME_LENGTH = 4_096;

    private static final int DECODED_CHARS = 8 * 1024;

    private static final JsonMapper STRICT = ExactJson.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(Limits.MAX_JSON_DEPTH)
                            .maxNumberLength(MAX_NUMBER_LENGTH)
                            .maxNameLength(MAX_NAME_LENGTH)
                            .maxStringLength(Limits.MAX_REQUEST_BYTES)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonDocument() {}

    /**
     * The document as a tree.
     *
     * @throws ProblemException if it is malformed; it says where
     */
    public static JsonNode parse(byte[] bytes) {
        if (isUtf16(bytes)) {
            throw malformed("the body is not UTF-8");
        }
        checkUtf8(bytes);
        JsonNode tree;
        try (JsonParser parser = STRICT.createParser(bytes)) {
            tree = read(parser);
        }
        if (tree == null || tree.isMissingNode()) {
            throw malformed("the body is empty; a JSON object is needed");
        }
        return tree;
    }

    private static @Nullable JsonNode read(JsonParser parser) {
        try {
            return STRICT.readTree(parser);
        } catch (StreamConstraintsException e) {
            // It knows no place, but its parser does.
            String why = JsonMessages.beyondLimits(e.getOriginalMessage());
            boolean inName = why.equals(JsonMessages.NAME_TOO_LONG);
            throw problem(
                    inName ? around(parser) : pointer(parser.streamReadContext()),
                    ProblemCode.LIMIT_EXCEEDED,
                    inName ? parser.currentLocation() : parser.currentTokenLocation(),
                    why);
        } catch (JacksonException e) {
            throw problem(
                    "", ProblemCode.MALFORMED_JSON, e.getLocation(), JsonMessages.malformed(e.getOriginalMessage()));
        } catch (NumberFormatException _) {
            // What Jackson throws of an exponent beyond what a BigDecimal holds.
            String why = "a number's exponent is too large: %,d is the largest".formatted(Integer.MAX_VALUE);
            throw problem(
                    pointer(parser.streamReadContext()),
                    ProblemCode.MALFORMED_JSON,
                    parser.currentTokenLocation(),
                    why);
        }
    }

    private static String pointer(TokenStreamContext at) {
        return at.pathAsPointer().toString();
    }

    /** The object around a name that the parser has not taken yet. */
    private static String around(JsonParser parser) {
        TokenStreamContext object = parser.streamReadContext().getParent();
        return object == null ? "" : pointer(object);
    }

    /** Jackson would take UTF-16 and UTF-32 too; the first two bytes of JSON in UTF-8 are no zero and no such byte order mark. */
    private static boolean isUtf16(byte[] bytes) {
        return bytes.length > 1
                && (bytes[0] == 0
                        || bytes[1] == 0
                        || (bytes[0] == (byte) 0xfe && bytes[1] == (byte) 0xff)
                        || (bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe));
    }

    /** Jackson takes characters that are written with more bytes than they need, which others read as something else, or not at all. */
    private static void checkUtf8(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer left = ByteBuffer.wrap(bytes);
        CharBuffer decoded = CharBuffer.allocate(Math.min(bytes.length + 1, DECODED_CHARS));
        CoderResult result;
        do {
            result = decoder.decode(left, decoded.clear(), true);
        } while (result.isOverflow());
        if (result.isError()) {
            String before = new String(bytes, 0, left.position(), StandardCharsets.UTF_8);
            int lineStart = before.lastIndexOf('\n') + 1;
            throw malformed("line %d, column %d: the body is not UTF-8"
                    .formatted(
                            before.chars().filter(c -> c == '\n').count() + 1,
                            before.codePointCount(lineStart, before.length()) + 1));
        }
    }

    /** The tree as compact JSON. */
    public static String write(Object tree) {
        return STRICT.writeValueAsString(tree);
    }

    private static ProblemException malformed(String message) {
        return new ProblemException(ValidationError.in("", ProblemCode.MALFORMED_JSON, message));
    }

    private static ProblemException problem(
            String pointer, ProblemCode code, @Nullable TokenStreamLocation at, String message) {
        String where = at == null || at.getLineNr() < 1
                ? ""
                : "line %d, column %d: ".formatted(at.getLineNr(), at.getColumnNr());
        return new ProblemException(ValidationError.in(pointer, code, where + message));
    }
}
