package io.agentorchestrator.api.body;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ValidationErrors;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Finds text that JSON can spell but PostgreSQL and UTF-8 cannot hold: the null character and halves of surrogate pairs. */
final class Characters {
    private Characters() {}

    static void check(JsonNode tree, ValidationErrors findings) {
        visit(tree, "", findings);
    }

    private static void visit(JsonNode node, String pointer, ValidationErrors findings) {
        if (node.isString()) {
            if (!isStorable(node.stringValue())) {
                report(pointer, "the text", findings);
            }
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                if (!isStorable(member.getKey())) {
                    report(pointer, "a name in this object", findings);
                } else if (needsVisit(member.getValue())) {
                    visit(member.getValue(), Pointers.member(pointer, member.getKey()), findings);
                }
            }
        } else if (node.isArray()) {
            for (int index = 0; index < node.size(); index++) {
                if (needsVisit(node.get(index))) {
                    visit(node.get(index), Pointers.element(pointer, index), findings);
                }
            }
        }
    }

    /** Pointers are spelled only where there may be something to say. */
    private static boolean needsVisit(JsonNode node) {
        return node.isContainer() || (node.isString() && !isStorable(node.stringValue()));
    }

    private static void report(String pointer, String what, ValidationErrors findings) {
        findings.add(
                ProblemCode.INVALID_VALUE,
                pointer,
                what + " holds a character that cannot be stored: U+0000 or half of a surrogate pair");
    }

    static boolean isStorable(String text) {
        for (int at = 0; at < text.length(); at++) {
            char unit = text.charAt(at);
            if (unit == 0 || Character.isLowSurrogate(unit)) {
                return false;
            }
            if (Character.isHighSurrogate(unit)) {
                at++;
                if (at == text.length() || !Character.isLowSurrogate(text.charAt(at))) {
                    return false;
                }
            }
        }
        return true;
    }
}
