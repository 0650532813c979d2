package io.agentorchestrator.cli.dagfile;

import io.agentorchestrator.cli.json.LosslessJson;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Writes JSON as YAML that stands in one line anywhere and means the same. */
final class YamlJson {
    /** As YAML's scanner has it for names without a question mark before them, less quotes and escapes. */
    private static final int MAX_PLAIN_NAME_CHARS = 800;

    /** What the API takes for a number in YAML. */
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]{1,9})?");

    private static final int MAX_NUMBER_CHARS = 400;

    private YamlJson() {}

    /** The JSON value as YAML. */
    static String of(String json) {
        StringBuilder yaml = new StringBuilder();
        try (JsonParser parser = LosslessJson.parser(json)) {
            boolean first = true;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                boolean afterName = !yaml.isEmpty() && yaml.charAt(yaml.length() - 1) == ' ';
                if (!first && !afterName && !token.isStructEnd()) {
                    yaml.append(", ");
                }
                append(yaml, parser, token);
                first = token.isStructStart();
            }
        }
        return yaml.toString();
    }

    private static void append(StringBuilder yaml, JsonParser parser, JsonToken token) {
        String text = parser.getString();
        if (token == JsonToken.PROPERTY_NAME) {
            yaml.append(name(text));
        } else if (token == JsonToken.VALUE_STRING) {
            yaml.append(quoted(text));
        } else if (token.isNumeric()) {
            yaml.append(number(text));
        } else {
            yaml.append(text);
        }
    }

    /** A number that YAML would take for text is marked as one, so that it is refused and not changed. */
    private static String number(String text) {
        return isNumber(text) ? text : "!!float " + text;
    }

    private static boolean isNumber(String text) {
        return text.length() <= MAX_NUMBER_CHARS && NUMBER.matcher(text).matches();
    }

    /** A member's name, with what stands between it and its value. */
    static String name(String text) {
        String name = quoted(text);
        return (name.length() > MAX_PLAIN_NAME_CHARS ? "? " : "") + name + ": ";
    }

    /** What stands in YAML without quotes and without a tag: text, but for what the API takes for something else. */
    static String plain(String text) {
        return switch (text) {
            case "", "~" -> "null";
            case "null", "true", "false" -> text;
            default -> isNumber(text) ? text : quoted(text);
        };
    }

    /** Text in quotes. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(each -> {
            if (each == '"' || each == '\\') {
                quoted.append('\\').appendCodePoint(each);
            } else if (each >= ' ' && each < 0x7F) {
                quoted.appendCodePoint(each);
            } else {
                quoted.append(String.format(Locale.ROOT, each > 0xFFFF ? "\\U%08x" : "\\u%04x", each));
            }
        });
        return quoted.append('"').toString();
    }
}
