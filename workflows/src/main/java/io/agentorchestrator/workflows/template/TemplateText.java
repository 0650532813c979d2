package io.agentorchestrator.workflows.template;

import io.agentorchestrator.workflows.model.Excerpt;
import java.util.ArrayList;
import java.util.List;

/**
 * A string value, taken apart. <code>$${</code> stands for a literal <code>${</code>. A task's key goes up to the first
 * {@code .result}, because keys may hold dots themselves; what holds that, or anything else that would end a name, is quoted.
 */
final class TemplateText {
    private static final String OPENING = "${";
    private static final String ESCAPED_OPENING = "$${";
    private static final String WAY_OUT =
            "; write ${inputs.NAME} or ${tasks.KEY.result.PATH}, a name with dots as ['a.b'], or $${ for a literal ${";

    /** A piece of a string. */
    sealed interface Part {
        record Literal(String text) implements Part {}

        record Template(Reference reference) implements Part {}

        /** Neither: {@code why} says what is wrong and the way out. */
        record Malformed(String why) implements Part {}
    }

    private TemplateText() {}

    /** Tells whether a string has neither templates nor escapes. */
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
                flush(literal, parts);
                ReferenceReader reader = new ReferenceReader(text, at + OPENING.length());
                Reference reference = reader.read();
                if (reference != null) {
                    parts.add(new Part.Template(reference));
                    at = reader.end();
                    continue;
                }
                int end = text.indexOf('}', at);
                if (end < 0) {
                    parts.add(new Part.Malformed("a template is not closed: " + shown(text.substring(at)) + WAY_OUT));
                    return parts;
                }
                parts.add(new Part.Malformed(shown(text.substring(at, end + 1)) + " is no template" + WAY_OUT));
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

    private static String shown(String text) {
        return Excerpt.of(text, 100);
    }
}
