package io.agentorchestrator.sdk;

import java.lang.invoke.MethodType;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/** Payloads in, results out: strict about what comes in, snake_case both ways, numbers as they were written. */
final class Payloads {
    static final String INVALID_PAYLOAD = "INVALID_PAYLOAD";

    private static final int MAX_SHOWN_CHARS = 100;

    private static final Map<Class<?>, String> SCALARS = Map.of(
            Byte.class, whole(Byte.MIN_VALUE, Byte.MAX_VALUE),
            Short.class, whole(Short.MIN_VALUE, Short.MAX_VALUE),
            Integer.class, whole(Integer.MIN_VALUE, Integer.MAX_VALUE),
            Long.class, whole(Long.MIN_VALUE, Long.MAX_VALUE),
            BigInteger.class, "a whole number",
            Boolean.class, "true or false");

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
            throw TaskFailure.terminal(INVALID_PAYLOAD, "the payload is no JSON" + where(e));
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
            throw TaskFailure.terminal(INVALID_PAYLOAD, explain(e, payload));
        }
    }

    static byte[] write(@Nullable Object result) {
        return MAPPER.writeValueAsBytes(result);
    }

    /** The way to the field that a problem is about, such as {@code items.[0].name}; empty where it is about the whole. */
    static String path(JacksonException problem) {
        return problem.getPath().stream()
                .map(reference -> reference.getPropertyName() == null
                        ? "[" + reference.getIndex() + "]"
                        : reference.getPropertyName())
                .collect(Collectors.joining("."));
    }

    private static String where(JacksonException problem) {
        TokenStreamLocation at = problem.getLocation();
        return at == null || at.getByteOffset() < 0 ? "" : ", at or before byte " + (at.getByteOffset() + 1);
    }

    private static String explain(JacksonException problem, JsonNode payload) {
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
        String path = path(problem);
        String field = path.isEmpty() ? "the payload" : "field \"" + path + "\"";
        JsonNode found = payload;
        for (JacksonException.Reference step : problem.getPath()) {
            found = step.getPropertyName() == null ? found.path(step.getIndex()) : found.path(step.getPropertyName());
        }
        return found.isMissingNode()
                ? field + " is missing"
                : field + " must be " + wanted(problem) + ", not " + shown(found);
    }

    /** Describes what a type takes, in JSON's words. */
    private static String wanted(JacksonException problem) {
        Class<?> type = switch (problem) {
            case MismatchedInputException mismatch -> mismatch.getTargetType();
            case InputCoercionException outside -> outside.getTargetType();
            default -> null;
        };
        if (type == null) {
            return "something else";
        }
        String scalar = SCALARS.get(MethodType.methodType(type).wrap().returnType());
        if (scalar != null) {
            return scalar;
        }
        if (Number.class.isAssignableFrom(type)) {
            return "a number";
        }
        if (type.isEnum()) {
            return Stream.of(type.getEnumConstants())
                    .map(String::valueOf)
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        if (type.getName().startsWith("java.time.")) {
            return "text that is a " + type.getSimpleName();
        }
        if (CharSequence.class.isAssignableFrom(type)) {
            return "text";
        }
        return type.isArray() || Collection.class.isAssignableFrom(type) ? "a list" : "an object";
    }

    private static String whole(long least, long most) {
        return "a whole number from " + least + " to " + most;
    }

    private static String shown(JsonNode found) {
        if (found.isContainer()) {
            return found.isArray() ? "a list" : "an object";
        }
        String text = found.toString();
        return text.length() <= MAX_SHOWN_CHARS ? text : text.substring(0, MAX_SHOWN_CHARS) + "…";
    }
}
