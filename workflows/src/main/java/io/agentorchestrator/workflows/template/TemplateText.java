package io.agentorchestrator.workflows.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A string value, taken apart. <code>$${</code> stands for a literal <code>${</code>. A task's key goes up to the first
 * {@code .result}, because keys may hold dots themselves.
 */
final class TemplateText {
    private static final String OPENING = "${";
    private static final String ESCAPED_OPENING = "$${";
    private static final String INPUTS = "inputs.";
    private static final String TASKS = "tasks.";
    private static final String RESULT = ".result";
    private static final String WAY_OUT = "; write ${inputs.NAME} or ${tasks.KEY.result.PATH}, or $${ for a literal ${";

    /** A piece of a string. */
    sealed interface Part {
        record Literal(String text) implements Part {}

        record Template(Reference reference) implements Part {}

        /** Neither: {@code why} says what is wrong and the way out. */
        record Malformed(String why) implements Part {}
    }

    private TemplateText() {}

    /** Whether a string has templates or escapes at all. */
    static boolean isPlain(String text) {
        return !text.contains(OPENING);
    }

    static List<Part> parse(String text) {
        List<Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith(ESCAPED_OPENING, at)) {
                literal.append(OPENING);
                at += ESCAPED_OPENING.length();
            } else if (text.startsWith(OPENING, at)) {
                int end = text.indexOf('}', at);
                flush(literal, parts);
                if (end < 0) {
                    parts.add(new Part.Malformed("a template is not closed: " + shown(text.substring(at)) + WAY_OUT));
                    return parts;
                }
                parts.add(reference(text.substring(at + OPENING.length(), end)));
                at = end + 1;
            } else {
                literal.append(text.charAt(at++));
            }
        }
        flush(literal, parts);
        return parts;
    }

    private static void flush(StringBuilder literal, List<Part> parts) {
        if (!literal.isEmpty()) {
            parts.add(new Part.Literal(literal.toString()));
            literal.setLength(0);
        }
    }

    private static Part reference(String text) {
        if (text.startsWith(INPUTS)) {
            List<String> segments = segments(text.substring(INPUTS.length()));
            return segments.contains("")
                    ? malformed(text)
                    : new Part.Template(
                            new Reference.ToInput(segments.getFirst(), segments.subList(1, segments.size())));
        }
        if (text.startsWith(TASKS)) {
            return resultReference(text);
        }
        return malformed(text);
    }

    private static Part resultReference(String text) {
        int keyEnd = text.indexOf(RESULT, TASKS.length() + 1);
        while (keyEnd >= 0) {
            int after = keyEnd + RESULT.length();
            if (after == text.length()) {
                return new Part.Template(new Reference.ToResult(text.substring(TASKS.length(), keyEnd), List.of()));
            }
            if (text.charAt(after) == '.') {
                List<String> path = segments(text.substring(after + 1));
                return path.contains("")
                        ? malformed(text)
                        : new Part.Template(new Reference.ToResult(text.substring(TASKS.length(), keyEnd), path));
            }
            keyEnd = text.indexOf(RESULT, after);
        }
        return malformed(text);
    }

    private static List<String> segments(String path) {
        return Arrays.asList(path.split("\\.", -1));
    }

    private static Part malformed(String text) {
        return new Part.Malformed("${" + shown(text) + "} is no template" + WAY_OUT);
    }

    private static String shown(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
