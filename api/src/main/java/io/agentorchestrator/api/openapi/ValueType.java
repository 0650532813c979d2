package io.agentorchestrator.api.openapi;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** The types of JSON Schema. As there, a number without a fraction is an integer, however it is written. */
enum ValueType {
    OBJECT("an object"),
    ARRAY("an array"),
    STRING("a string"),
    INTEGER("a whole number"),
    NUMBER("a number"),
    BOOLEAN("true or false"),
    NULL("null");

    private final String described;

    ValueType(String described) {
        this.described = described;
    }

    /** Finds the type by the name that schemas give it. */
    static ValueType named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    String described() {
        return described;
    }

    boolean isOf(JsonNode value) {
        return switch (this) {
            case OBJECT -> value.isObject();
            case ARRAY -> value.isArray();
            case STRING -> value.isString();
            case INTEGER -> isWhole(value);
            case NUMBER -> value.isNumber();
            case BOOLEAN -> value.isBoolean();
            case NULL -> value.isNull();
        };
    }

    /** The type of a value in words. */
    static String describe(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "a string";
            case NUMBER -> isWhole(value) ? "a number" : "a fraction";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            case BINARY, MISSING, POJO -> "something else";
        };
    }

    private static boolean isWhole(JsonNode value) {
        return value.isIntegralNumber()
                || (value.isNumber()
                        && value.decimalValue().stripTrailingZeros().scale() <= 0);
    }
}
