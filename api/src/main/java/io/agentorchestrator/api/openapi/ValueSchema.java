package io.agentorchestrator.api.openapi;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ValidationErrors;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * The checks that a schema stands for. Immutable and thread-safe.
 *
 * @param types that a value may have; none, if it may have any
 */
record ValueSchema(List<ValueType> types, List<Rule> rules) implements Rule {
    ValueSchema {
        types = List.copyOf(types);
        rules = List.copyOf(rules);
    }

    @Override
    public void check(JsonNode value, Place place, ValidationErrors findings) {
        if (!hasType(value)) {
            findings.add(
                    ProblemCode.INVALID_TYPE,
                    place.pointer(),
                    "%s is needed, not %s".formatted(describedTypes(), ValueType.describe(value)));
        } else if (!value.isNull()) {
            for (Rule rule : rules) {
                rule.check(value, place, findings);
            }
        }
    }

    private boolean hasType(JsonNode value) {
        for (ValueType type : types) {
            if (type.isOf(value)) {
                return true;
            }
        }
        return types.isEmpty();
    }

    /** Null stands for nothing, so nobody is told to send it. */
    private String describedTypes() {
        return types.stream()
                .filter(type -> type != ValueType.NULL)
                .map(ValueType::described)
                .collect(Collectors.joining(" or "));
    }
}
