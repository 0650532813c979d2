package io.agentorchestrator.agents.library;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/** Payloads in, results out: strict about what comes in, snake_case both ways, numbers as they were written. */
final class Payloads {
    static final String INVALID_PAYLOAD = "INVALID_PAYLOAD";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .addModule(ExactNumbers.module())
            .build();

    private Payloads() {}

    static JsonNode parse(byte[] payload) {
        JsonNode node;
        try {
            node = payload.length == 0 ? MAPPER.createObjectNode() : MAPPER.readTree(payload);
        } catch (JacksonException e) {
            throw TaskFailure.terminal(INVALID_PAYLOAD, "the payload is no JSON: " + e.getOriginalMessage());
        }
        if (!node.isObject()) {
            throw TaskFailure.terminal(INVALID_PAYLOAD, "the payload is no JSON object");
        }
        return node;
    }

    static <T> T read(JsonNode payload, Class<T> type) {
        try {
            return MAPPER.treeToValue(payload, type);
        } catch (JacksonException e) {
            throw TaskFailure.terminal(INVALID_PAYLOAD, explain(e));
        }
    }

    static byte[] write(@Nullable Object result) {
        return MAPPER.writeValueAsBytes(result);
    }

    private static String explain(JacksonException problem) {
        if (problem instanceof UnrecognizedPropertyException unknown) {
            String known = unknown.getKnownPropertyIds() == null
                    ? ""
                    : unknown.getKnownPropertyIds().stream()
                            .map(String::valueOf)
                            .sorted()
                            .collect(Collectors.joining(", "));
            return "unknown field \"" + unknown.getPropertyName() + "\"; known are: " + known;
        }
        if (problem.getCause() instanceof IllegalArgumentException rejected && rejected.getMessage() != null) {
            return rejected.getMessage();
        }
        return problem instanceof DatabindException databind ? fieldOf(databind) : problem.getOriginalMessage();
    }

    private static String fieldOf(DatabindException problem) {
        String field = problem.getPath().stream()
                .map(reference -> reference.getPropertyName() == null
                        ? "[" + reference.getIndex() + "]"
                        : reference.getPropertyName())
                .collect(Collectors.joining("."));
        String message = problem.getOriginalMessage();
        return field.isEmpty() ? message : "field \"" + field + "\": " + message;
    }
}
