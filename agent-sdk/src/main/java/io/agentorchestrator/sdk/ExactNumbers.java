package io.agentorchestrator.sdk;

import java.math.BigDecimal;
import java.util.Objects;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** Has trees hold numbers as they were written: a handler that hands a part of its payload on changes none, be it 3.10, 1e400 or -0. */
final class ExactNumbers extends ValueDeserializer<JsonNode> {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ExactNumbers() {}

    static JacksonModule module() {
        return new SimpleModule("exact-numbers").addDeserializer(JsonNode.class, new ExactNumbers());
    }

    @Override
    public JsonNode deserialize(JsonParser in, DeserializationContext context) {
        return value(in, in.currentToken());
    }

    @Override
    public JsonNode getNullValue(DeserializationContext context) {
        return NODES.nullNode();
    }

    private static JsonNode value(JsonParser in, JsonToken token) {
        return switch (token) {
            case START_OBJECT -> object(in);
            case START_ARRAY -> array(in);
            case VALUE_STRING -> NODES.stringNode(in.getString());
            case VALUE_NUMBER_INT -> in.getString().equals("-0") ? decimal("-0") : integer(in);
            case VALUE_NUMBER_FLOAT -> decimal(in.getString());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case VALUE_EMBEDDED_OBJECT -> NODES.pojoNode(in.getEmbeddedObject());
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, NOT_AVAILABLE ->
                throw new IllegalStateException("no JSON value begins with " + token);
        };
    }

    private static JsonNode integer(JsonParser in) {
        return switch (in.getNumberType()) {
            case INT -> NODES.numberNode(in.getIntValue());
            case LONG -> NODES.numberNode(in.getLongValue());
            case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> NODES.numberNode(in.getBigIntegerValue());
        };
    }

    private static JsonNode decimal(String text) {
        try {
            return NODES.numberNode(new WrittenDecimal(text));
        } catch (NumberFormatException exponentBeyondAllBounds) {
            return NODES.rawValueNode(new RawValue(text));
        }
    }

    private static JsonNode object(JsonParser in) {
        ObjectNode object = NODES.objectNode();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            object.set(name, value(in, Objects.requireNonNull(in.nextToken())));
        }
        return object;
    }

    private static JsonNode array(JsonParser in) {
        ArrayNode array = NODES.arrayNode();
        for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
            array.add(value(in, Objects.requireNonNull(token)));
        }
        return array;
    }

    /** A decimal number that remembers how it was written. */
    private static final class WrittenDecimal extends BigDecimal {
        private static final long serialVersionUID = 1;

        private final String text;

        WrittenDecimal(String text) {
            super(text);
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
