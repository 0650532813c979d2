package io.agentorchestrator.cli.dagfile;

import io.agentorchestrator.cli.json.LosslessJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** What YAML and JSON say, as the API reads it: maps, lists, and texts; numbers by how they are written, marked by {@code #}. */
public final class YamlValues {
    private static final Pattern NO_TEXT =
            Pattern.compile("null|true|false|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]{1,9})?");

    private YamlValues() {}

    /** An input of a DAG file in YAML. */
    public static Object input(String yaml, String name) {
        return ((Map<?, ?>) ((Map<?, ?>) tree(yaml)).get("inputs")).get(name);
    }

    /** A document in YAML, its aliases and merge keys written out. */
    public static Object tree(String yaml) {
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
        return tree(new Compose(settings).composeString(yaml).orElseThrow());
    }

    private static Object tree(Node node) {
        return switch (node) {
            case ScalarNode scalar -> scalar(scalar);
            case SequenceNode sequence ->
                sequence.getValue().stream().map(YamlValues::tree).toList();
            case MappingNode mapping -> mapping(mapping);
            default -> throw new AssertionError(node);
        };
    }

    private static String scalar(ScalarNode scalar) {
        String text = scalar.getValue();
        boolean plain = scalar.getScalarStyle() == ScalarStyle.PLAIN;
        if (plain && (text.isEmpty() || text.equals("~"))) {
            return "#null";
        }
        boolean tagged = scalar.getTag().equals(Tag.STR); // !!str 7
        return (plain
                                && !tagged
                                && text.length() <= 400
                                && NO_TEXT.matcher(text).matches()
                        ? "#"
                        : "'")
                + text;
    }

    private static Map<String, Object> mapping(MappingNode mapping) {
        Map<String, Object> members = new LinkedHashMap<>();
        Map<String, Object> merged = new LinkedHashMap<>();
        for (NodeTuple member : mapping.getValue()) {
            ScalarNode key = (ScalarNode) member.getKeyNode();
            Object value = tree(member.getValueNode());
            if (key.getValue().equals("<<") && key.getScalarStyle() == ScalarStyle.PLAIN) {
                for (Object source : value instanceof List<?> list ? list : List.of(value)) {
                    ((Map<?, ?>) source).forEach((name, each) -> merged.putIfAbsent((String) name, each));
                }
            } else {
                members.putIfAbsent(key.getValue(), value);
            }
        }
        merged.forEach(members::putIfAbsent);
        return members;
    }

    /** A JSON value. */
    public static Object ofJson(String json) {
        try (JsonParser parser = LosslessJson.parser(json)) {
            return ofJson(parser, parser.nextToken());
        }
    }

    private static Object ofJson(JsonParser parser, JsonToken token) {
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Object> members = new LinkedHashMap<>();
                for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                    members.put(name, ofJson(parser, parser.nextToken()));
                }
                yield members;
            }
            case START_ARRAY -> {
                List<Object> items = new ArrayList<>();
                for (JsonToken each = parser.nextToken(); each != JsonToken.END_ARRAY; each = parser.nextToken()) {
                    items.add(ofJson(parser, each));
                }
                yield items;
            }
            case VALUE_STRING -> "'" + parser.getString();
            default -> "#" + parser.getString();
        };
    }
}
