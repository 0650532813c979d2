package io.agentorchestrator.api.body;

import io.agentorchestrator.api.problem.Finding;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.workflows.json.ExactJson;
import io.agentorchestrator.workflows.model.Limits;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON, read strictly: names once, nothing behind the end, numbers as they were written. */
public final class JsonDocument {
    static final int MAX_NUMBER_LENGTH = 400;
    static final int MAX_NAME_LENGTH = 4_096;

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
        JsonNode tree;
        try {
            tree = STRICT.readTree(bytes);
        } catch (StreamConstraintsException e) {
            throw problem(ProblemCode.LIMIT_EXCEEDED, e, JsonMessages.beyondLimits(e.getOriginalMessage()));
        } catch (JacksonException e) {
            throw problem(ProblemCode.MALFORMED_JSON, e, JsonMessages.malformed(e.getOriginalMessage()));
        } catch (NumberFormatException _) {
            // What Jackson throws of an exponent beyond what a BigDecimal holds.
            throw malformed("a number's exponent is too large");
        }
        if (tree == null || tree.isMissingNode()) {
            throw malformed("the body is empty; a JSON object is needed");
        }
        return tree;
    }

    /** Jackson would take UTF-16 and UTF-32 too; the first two bytes of JSON in UTF-8 are no zero and no such byte order mark. */
    private static boolean isUtf16(byte[] bytes) {
        return bytes.length > 1
                && (bytes[0] == 0
                        || bytes[1] == 0
                        || (bytes[0] == (byte) 0xfe && bytes[1] == (byte) 0xff)
                        || (bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe));
    }

    /** The tree as compact JSON. */
    public static String write(Object tree) {
        return STRICT.writeValueAsString(tree);
    }

    private static ProblemException malformed(String message) {
        return new ProblemException(Finding.in("", ProblemCode.MALFORMED_JSON, message));
    }

    private static ProblemException problem(ProblemCode code, JacksonException e, String message) {
        TokenStreamLocation at = e.getLocation();
        String where = at == null || at.getLineNr() < 1
                ? ""
                : "line %d, column %d: ".formatted(at.getLineNr(), at.getColumnNr());
        return new ProblemException(Finding.in("", code, where + message));
    }
}
