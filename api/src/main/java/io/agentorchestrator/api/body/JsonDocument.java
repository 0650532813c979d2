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
    private static final int MAX_NUMBER_LENGTH = 400;
    private static final int MAX_NAME_LENGTH = 4_096;

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
        JsonNode tree;
        try {
            tree = STRICT.readTree(bytes);
        } catch (StreamConstraintsException e) {
            throw problem(ProblemCode.LIMIT_EXCEEDED, e);
        } catch (JacksonException e) {
            throw problem(ProblemCode.MALFORMED_JSON, e);
        } catch (NumberFormatException e) {
            // What Jackson throws of an exponent beyond what a BigDecimal holds.
            throw new ProblemException(Finding.in("", ProblemCode.MALFORMED_JSON, String.valueOf(e.getMessage())));
        }
        if (tree == null || tree.isMissingNode()) {
            throw new ProblemException(
                    Finding.in("", ProblemCode.MALFORMED_JSON, "the body is empty; a JSON object is needed"));
        }
        return tree;
    }

    /** The tree as compact JSON. */
    public static String write(Object tree) {
        return STRICT.writeValueAsString(tree);
    }

    private static ProblemException problem(ProblemCode code, JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        String where = at == null || at.getLineNr() < 1
                ? ""
                : "line %d, column %d: ".formatted(at.getLineNr(), at.getColumnNr());
        return new ProblemException(Finding.in("", code, where + e.getOriginalMessage()));
    }
}
