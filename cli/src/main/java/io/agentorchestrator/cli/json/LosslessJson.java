package io.agentorchestrator.cli.json;

import io.agentorchestrator.cli.failure.UsageFailure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads JSON without limits and without doubles: what is too much is for the API to say. */
public final class LosslessJson {
    private static final int MAX_SHOWN_CHARS = 200;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .streamWriteConstraints(StreamWriteConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .build())
            .build();
    private static final JsonMapper MAPPER = JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private LosslessJson() {}

    /** Reads a text token by token; a number's token has its text as it was written. */
    public static JsonParser parser(String text) {
        return FACTORY.createParser(ObjectReadContext.empty(), text);
    }

    /**
     * The text as a tree, with exact numbers.
     *
     * @throws JacksonException if it is no JSON
     */
    public static JsonNode tree(byte[] text) {
        return MAPPER.readTree(text);
    }

    /**
     * Reads an object as a record; a field that is not there is null or 0.
     *
     * @throws JacksonException if it is no object, or a field is of another type
     */
    public static <T> T read(JsonNode tree, Class<T> type) {
        if (!tree.isObject()) {
            throw DatabindException.from((JsonParser) null, "no object");
        }
        return MAPPER.treeToValue(tree, type);
    }

    /**
     * Reads a text as a record, as {@link #read(JsonNode, Class)} does.
     *
     * @throws JacksonException if it is no JSON, or is something else
     */
    public static <T> T read(String text, Class<T> type) {
        return read(tree(text.getBytes(StandardCharsets.UTF_8)), type);
    }

    /** The same as a record of another type, by the names in JSON. */
    public static <T> T convert(Object from, Class<T> type) {
        return MAPPER.convertValue(from, type);
    }

    /** Writes a tree, a text, or a map of such. */
    public static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /**
     * The text as it was typed, if it is one JSON value in which no object has a name twice.
     *
     * @param what names it in the refusal
     */
    public static String checked(String what, String text) {
        try (JsonParser parser = parser(text)) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw new UsageFailure(what + " is empty: a JSON value is needed; text stands in double quotes.");
            }
            Deque<Set<String>> names = new ArrayDeque<>();
            do {
                String said = parser.getString(); // decodes what would else be skipped
                if (token.isStructStart()) {
                    names.push(new HashSet<>());
                } else if (token.isStructEnd()) {
                    names.pop();
                } else if (token == JsonToken.PROPERTY_NAME && !names.getFirst().add(said)) {
                    throw new UsageFailure("%s has the name `%s` twice in one object: leave one of them."
                            .formatted(what, shown(said)));
                }
                token = parser.nextToken();
            } while (!names.isEmpty());
            if (token != null) {
                throw new UsageFailure(what + " is more than one JSON value: " + shown(text));
            }
            return text.strip();
        } catch (JacksonException e) {
            throw new UsageFailure(
                    "%s is no JSON%s; text stands in double quotes: %s".formatted(what, where(e), shown(text)), e);
        }
    }

    /** A tree over several lines, for people to read. */
    public static String pretty(JsonNode tree) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
    }

    private static String where(JacksonException problem) {
        TokenStreamLocation at = problem.getLocation();
        return at == null || at.getCharOffset() < 0 ? "" : ", at or before character " + (at.getCharOffset() + 1);
    }

    private static String shown(String text) {
        return text.length() <= MAX_SHOWN_CHARS ? text : text.substring(0, MAX_SHOWN_CHARS) + "…";
    }
}
