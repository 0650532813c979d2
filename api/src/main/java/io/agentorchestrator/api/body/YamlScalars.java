package io.agentorchestrator.api.body;

import io.agentorchestrator.workflows.json.ExactJson;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Resolves YAML scalars by the JSON schema of YAML 1.2 (chapter 10.2), with {@code ~} and nothing as null too. */
final class YamlScalars {
    private static final String TAGS = "tag:yaml.org,2002:";
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]{1,9})?");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private YamlScalars() {}

    /**
     * The scalar's value; empty if its tag is not one of JSON's, or its text does not go with it.
     *
     * @param plain whether it stands without quotes, so that its text decides what it is
     */
    static Optional<JsonNode> resolve(String text, @Nullable String tag, boolean plain) {
        if (tag == null || tag.equals("!")) {
            return Optional.of(plain && tag == null ? resolvePlain(text) : NODES.stringNode(text));
        }
        if (!tag.startsWith(TAGS)) {
            return Optional.empty();
        }
        JsonNode resolved = resolvePlain(text);
        return switch (tag.substring(TAGS.length())) {
            case "str" -> Optional.of(NODES.stringNode(text));
            case "null" -> Optional.of(resolved).filter(JsonNode::isNull);
            case "bool" -> Optional.of(resolved).filter(JsonNode::isBoolean);
            case "int" -> Optional.of(resolved).filter(JsonNode::isIntegralNumber);
            case "float" -> Optional.of(resolved).filter(JsonNode::isNumber);
            default -> Optional.empty();
        };
    }

    /** Tells whether a text without quotes is a number, however long. */
    static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches();
    }

    private static JsonNode resolvePlain(String text) {
        return switch (text) {
            case "", "~", "null" -> NODES.nullNode();
            case "true" -> NODES.booleanNode(true);
            case "false" -> NODES.booleanNode(false);
            default -> number(text);
        };
    }

    private static JsonNode number(String text) {
        return isNumber(text) ? ExactJson.number(text) : NODES.stringNode(text);
    }
}
