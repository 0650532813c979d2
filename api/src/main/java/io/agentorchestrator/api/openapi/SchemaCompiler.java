package io.agentorchestrator.api.openapi;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.api.problem.ValidationErrors;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Compiles schemas of the document, as far as its requests need JSON Schema (2020-12); a keyword beyond that is an error, so that
 * nothing is described that is not checked. What JSON Schema leaves to formats is checked by whoever reads the value.
 */
final class SchemaCompiler {
    private static final ValueSchema ANYTHING = new ValueSchema(List.of(), List.of());

    /** Keywords that check nothing by themselves. */
    private static final Set<String> ANNOTATIONS =
            Set.of("type", "description", "default", "examples", "format", "x-expected", "x-codes", "x-unsupported");

    private final JsonNode document;

    SchemaCompiler(JsonNode document) {
        this.document = document;
    }

    /** @throws IllegalStateException if there is no schema of the name, or it has a keyword that is not known here */
    ValueSchema compileNamed(String name) {
        return compile(target("#/components/schemas/" + name));
    }

    private ValueSchema compile(JsonNode schema) {
        if (schema.has("$ref")) {
            return compile(target(schema.path("$ref").asString()));
        }
        if (schema.has("anyOf")) {
            return orNull(schema.path("anyOf"));
        }
        List<Rule> rules = new ArrayList<>();
        for (String keyword : schema.propertyNames()) {
            Rule rule = rule(keyword, schema);
            if (rule != null) {
                rules.add(rule);
            }
        }
        return new ValueSchema(types(schema.path("type")), rules);
    }

    private JsonNode target(String reference) {
        JsonNode target = document.at(reference.substring(1));
        if (target.isMissingNode()) {
            throw new IllegalStateException("the document has no " + reference);
        }
        return target;
    }

    private ValueSchema orNull(JsonNode choices) {
        if (choices.size() != 2 || !choices.path(1).path("type").asString("").equals("null")) {
            throw new IllegalStateException("anyOf is known only for a schema or null: " + choices);
        }
        ValueSchema schema = compile(choices.path(0));
        List<ValueType> types = new ArrayList<>(schema.types());
        types.add(ValueType.NULL);
        return new ValueSchema(types, schema.rules());
    }

    private static List<ValueType> types(JsonNode type) {
        return type.isArray()
                ? type.valueStream()
                        .map(JsonNode::asString)
                        .map(ValueType::named)
                        .toList()
                : List.of(ValueType.named(type.asString()));
    }

    /** The rule of a keyword, or of it and those that go with it; null where there is nothing to check, or another keyword's rule does. */
    private @Nullable Rule rule(String keyword, JsonNode schema) {
        return switch (keyword) {
            case "properties" -> object(schema);
            case "required", "additionalProperties" -> schema.has("properties") ? null : object(schema);
            case "propertyNames" -> names(compile(withType(schema.path(keyword))));
            case "maxProperties" -> maxProperties(schema.path(keyword).intValue());
            case "items" -> items(schema, compile(schema.path(keyword)));
            case "minItems" -> minItems(schema);
            case "maxItems" -> schema.has("items") ? null : unknown(keyword);
            case "uniqueItems" -> SchemaCompiler::checkUnique;
            case "pattern" -> pattern(schema);
            case "enum" -> oneOf(schema.path(keyword));
            case "minimum" -> range(schema);
            case "maximum" -> schema.has("minimum") ? null : unknown(keyword);
            case "minLength" -> length(schema);
            case "maxLength" -> schema.has("minLength") ? null : length(schema);
            default -> ANNOTATIONS.contains(keyword) ? null : unknown(keyword);
        };
    }

    private static Rule unknown(String keyword) {
        throw new IllegalStateException(
                "'" + keyword + "' is not a keyword that requests are checked by, as it stands");
    }

    private Rule object(JsonNode schema) {
        Map<String, ValueSchema> properties = new LinkedHashMap<>();
        schema.path("properties")
                .properties()
                .forEach(property -> properties.put(property.getKey(), compile(property.getValue())));
        JsonNode others = schema.path("additionalProperties");
        return new ObjectRule(
                properties,
                strings(schema.path("required")),
                strings(schema.path("x-unsupported")),
                others.isObject() ? compile(others) : others.asBoolean(true) ? ANYTHING : null);
    }

    private static List<String> strings(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).toList();
    }

    /** A name is always text, and its schema need not say so. */
    private static JsonNode withType(JsonNode names) {
        return ((ObjectNode) names.deepCopy()).put("type", "string");
    }

    private static Rule names(ValueSchema schema) {
        return (value, place, findings) -> value.propertyNames()
                .forEach(name -> schema.check(StringNode.valueOf(name), place.member(name), findings));
    }

    private static Rule maxProperties(int max) {
        return (value, place, findings) -> {
            if (value.size() > max) {
                findings.add(
                        ProblemCode.OUT_OF_RANGE,
                        place.pointer(),
                        "at most %,d are allowed, not %,d".formatted(max, value.size()));
            }
        };
    }

    /** Looks at no element where there are too many. */
    private static Rule items(JsonNode schema, ValueSchema items) {
        int max = schema.path("maxItems").asInt(Integer.MAX_VALUE);
        ProblemCode code = code(schema, "maxItems", ProblemCode.OUT_OF_RANGE);
        return (value, place, findings) -> {
            if (value.size() > max) {
                findings.add(code, place.pointer(), "at most %,d are allowed, not %,d".formatted(max, value.size()));
                return;
            }
            int index = 0;
            for (JsonNode item : value) {
                items.check(item, place.element(index), findings);
                index++;
            }
        };
    }

    private static Rule minItems(JsonNode schema) {
        int min = schema.path("minItems").intValue();
        ProblemCode code = code(schema, "minItems", ProblemCode.OUT_OF_RANGE);
        return (value, place, findings) -> {
            if (value.size() < min) {
                findings.add(
                        code, place.pointer(), "at least %,d is needed; there are %,d".formatted(min, value.size()));
            }
        };
    }

    private static ProblemCode code(JsonNode schema, String keyword, ProblemCode usual) {
        JsonNode code = schema.path("x-codes").path(keyword);
        return code.isMissingNode() ? usual : ProblemCode.valueOf(code.asString());
    }

    private static void checkUnique(JsonNode value, Place place, ValidationErrors findings) {
        Set<JsonNode> seen = new HashSet<>();
        for (JsonNode item : value) {
            if (!seen.add(item)) {
                findings.add(
                        ProblemCode.INVALID_VALUE,
                        place.pointer(),
                        "%s stands here twice".formatted(Shown.text(item.toString())));
                return;
            }
        }
    }

    private static Rule pattern(JsonNode schema) {
        String anchored = schema.path("pattern").asString();
        if (!anchored.startsWith("^") || !anchored.endsWith("$")) {
            throw new IllegalStateException("a pattern is anchored at both ends, unlike " + anchored);
        }
        Pattern pattern = Pattern.compile(anchored.substring(1, anchored.length() - 1));
        String expected = schema.path("x-expected").asString("text like " + anchored);
        return (value, place, findings) -> {
            if (!pattern.matcher(value.stringValue()).matches()) {
                findings.add(
                        ProblemCode.INVALID_VALUE,
                        place.pointer(),
                        "%s is needed, not '%s'".formatted(expected, Shown.text(value.stringValue())));
            }
        };
    }

    private static Rule oneOf(JsonNode values) {
        List<String> allowed = values.valueStream()
                .filter(value -> !value.isNull())
                .map(JsonNode::asString)
                .toList();
        return (value, place, findings) -> {
            if (!allowed.contains(value.stringValue())) {
                findings.add(
                        ProblemCode.INVALID_VALUE,
                        place.pointer(),
                        "one of %s is needed, not '%s'"
                                .formatted(String.join(", ", allowed), Shown.text(value.stringValue())));
            }
        };
    }

    private static Rule range(JsonNode schema) {
        BigDecimal min = schema.path("minimum").decimalValue();
        BigDecimal max = schema.path("maximum").decimalValue();
        return (value, place, findings) -> {
            BigDecimal number = value.decimalValue();
            if (number.compareTo(min) < 0 || number.compareTo(max) > 0) {
                findings.add(
                        ProblemCode.OUT_OF_RANGE,
                        place.pointer(),
                        "%s to %s is allowed, not %s"
                                .formatted(min.toPlainString(), max.toPlainString(), Shown.text(number.toString())));
            }
        };
    }

    /** JSON Schema counts Unicode's characters, not Java's. */
    private static Rule length(JsonNode schema) {
        int min = schema.path("minLength").asInt(0);
        int max = schema.path("maxLength").intValue();
        return (value, place, findings) -> {
            String text = value.stringValue();
            int length = text.codePointCount(0, text.length());
            if (length < min || length > max) {
                findings.add(
                        ProblemCode.INVALID_VALUE,
                        place.pointer(),
                        "%,d to %,d characters are allowed, not %,d".formatted(min, max, length));
            }
        };
    }
}
