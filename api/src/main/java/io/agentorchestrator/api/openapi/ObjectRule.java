package io.agentorchestrator.api.openapi;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.api.problem.ValidationErrors;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Checks the fields of an object. One that is required and null is missing.
 *
 * @param unsupported fields whose function is not built yet; null they may be
 * @param others of fields that are not among the properties; null, if there may be no such
 */
record ObjectRule(
        Map<String, ValueSchema> properties,
        List<String> required,
        List<String> unsupported,
        @Nullable ValueSchema others)
        implements Rule {
    @Override
    public void check(JsonNode value, Place place, ValidationErrors findings) {
        for (Map.Entry<String, ValueSchema> property : properties.entrySet()) {
            JsonNode member = value.get(property.getKey());
            if (member != null && !(member.isNull() && required.contains(property.getKey()))) {
                property.getValue().check(member, place.member(property.getKey()), findings);
            }
        }
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            if (!properties.containsKey(member.getKey())) {
                checkOther(member.getKey(), member.getValue(), place, findings);
            }
        }
        // A name that is misspelled comes before the one that is missing for it.
        for (String name : required) {
            if (!value.hasNonNull(name)) {
                findings.add(ProblemCode.MISSING_FIELD, place.member(name).pointer(), "'" + name + "' is required");
            }
        }
    }

    private void checkOther(String name, JsonNode member, Place place, ValidationErrors findings) {
        if (others != null) {
            others.check(member, place.member(name), findings);
        } else if (!unsupported.contains(name)) {
            findings.add(
                    ProblemCode.UNKNOWN_FIELD,
                    place.member(name).pointer(),
                    "'%s' is not a field of this object; its fields are %s"
                            .formatted(
                                    Shown.text(name),
                                    properties.isEmpty() ? "none" : String.join(", ", properties.keySet())));
        } else if (!member.isNull()) {
            findings.add(
                    ProblemCode.UNSUPPORTED_FIELD,
                    place.member(name).pointer(),
                    "'" + name + "' is not supported yet; leave it out");
        }
    }
}
