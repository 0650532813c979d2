package io.agentorchestrator.workflows.json;

import java.math.BigInteger;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/**
 * Trees in which a number is written as it was read: 3.10 stays 3.10, 1e400 stays 1e400, -0 stays -0, whatever a double would make of it.
 */
public final class ExactJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String NEGATIVE_ZERO = "-0";

    private static final JsonMapper MAPPER =
            builder(new JsonFactory(), /* boundless= */ true).build();

    private ExactJson() {}

    /**
     * A mapper whose trees are such; the factory says what it takes. Of an exponent beyond what a decimal holds, it throws a
     * {@link NumberFormatException}.
     */
    public static JsonMapper.Builder builder(JsonFactory factory) {
        return builder(factory, /* boundless= */ false);
    }

    private static JsonMapper.Builder builder(JsonFactory factory, boolean boundless) {
        return JsonMapper.builder(factory)
                .addModule(new SimpleModule("exact-json").addDeserializer(JsonNode.class, new TreeReader(boundless)));
    }

    /**
     * Reads a document. A number whose exponent is beyond what a decimal holds is kept too, as text that is written like a number.
     *
     * @throws JacksonException if the text is no JSON, or beyond what Jackson takes
     */
    public static JsonNode parse(String text) {
        return MAPPER.readTree(text);
    }

    /** The tree as compact JSON. */
    public static String write(JsonNode tree) {
        return MAPPER.writeValueAsString(tree);
    }

    /** The tree as compact JSON in UTF-8; half a surrogate pair, which has no UTF-8, is escaped. */
    public static byte[] bytes(JsonNode tree) {
        return MAPPER.writeValueAsBytes(tree);
    }

    /**
     * A number, as JSON writes it.
     *
     * @throws NumberFormatException if its exponent is beyond what a decimal holds
     */
    public static JsonNode number(String text) {
        if (text.equals(NEGATIVE_ZERO) || text.chars().anyMatch(c -> c == '.' || c == 'e' || c == 'E')) {
            return NODES.numberNode(new WrittenDecimal(text));
        }
        BigInteger value = new BigInteger(text);
        int bits = value.bitLength();
        if (bits < Integer.SIZE) {
            return NODES.numberNode(value.intValue());
        }
        return bits < Long.SIZE ? NODES.numberNode(value.longValue()) : NODES.numberNode(value);
    }

    /** Reads a tree; how deep it may be, the parser says. */
    private static final class TreeReader extends ValueDeserializer<JsonNode> {
        private final boolean boundless;

        TreeReader(boolean boundless) {
            this.boundless = boundless;
        }

        @Override
        public JsonNode deserialize(JsonParser in, DeserializationContext context) {
            return value(in, in.currentToken());
        }

        @Override
        public JsonNode getNullValue(DeserializationContext context) {
            return NODES.nullNode();
        }

        private JsonNode value(JsonParser in, JsonToken token) {
            return switch (token) {
                case START_OBJECT -> object(in);
                case START_ARRAY -> array(in);
                case VALUE_STRING -> NODES.stringNode(in.getString());
                case VALUE_NUMBER_INT -> integer(in);
                case VALUE_NUMBER_FLOAT -> decimal(in.getString());
                case VALUE_TRUE -> NODES.booleanNode(true);
                case VALUE_FALSE -> NODES.booleanNode(false);
                case VALUE_NULL -> NODES.nullNode();
                case VALUE_EMBEDDED_OBJECT -> NODES.pojoNode(in.getEmbeddedObject());
                case END_OBJECT, END_ARRAY, PROPERTY_NAME, NOT_AVAILABLE ->
                    throw new IllegalStateException("no JSON value begins with " + token);
            };
        }

        private JsonNode decimal(String text) {
            try {
                return number(text);
            } catch (NumberFormatException beyondAllBounds) {
                if (boundless) {
                    return NODES.rawValueNode(new RawValue(text));
                }
                throw beyondAllBounds;
            }
        }

        private static JsonNode integer(JsonParser in) {
            return switch (in.getNumberType()) {
                case INT -> in.getIntValue() == 0 ? number(in.getString()) : NODES.numberNode(in.getIntValue());
                case LONG -> NODES.numberNode(in.getLongValue());
                case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> NODES.numberNode(in.getBigIntegerValue());
            };
        }

        private JsonNode object(JsonParser in) {
            ObjectNode object = NODES.objectNode();
            for (String name = in.nextName(); name != null; name = in.nextName()) {
                object.set(name, value(in, Objects.requireNonNull(in.nextToken())));
            }
            return object;
        }

        private JsonNode array(JsonParser in) {
            ArrayNode array = NODES.arrayNode();
            for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
                array.add(value(in, Objects.requireNonNull(token)));
            }
            return array;
        }
    }
}
