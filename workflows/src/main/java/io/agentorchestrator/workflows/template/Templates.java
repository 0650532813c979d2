package io.agentorchestrator.workflows.template;

import io.agentorchestrator.workflows.model.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * References in a payload: <code>${inputs.name}</code>, <code>${inputs.name.path}</code>,
 * <code>${tasks.KEY.result}</code>, <code>${tasks.KEY.result.path.to.0.item}</code>; a name with dots or the like is quoted, as in
 * <code>${tasks.KEY.result['a.b'].c}</code>. They stand in string values at any depth, not in names. A string that is exactly one
 * template becomes the referenced value; in a longer one, strings are inserted as they are and everything else as compact JSON, numbers
 * as they were written. Inserted text is not looked at again. <code>$${</code> stands for a literal <code>${</code>.
 */
public final class Templates {
    /** Problems that {@link #scan} tells at most. */
    public static final int MAX_PROBLEMS = 100;

    private Templates() {}

    /** Finds the references of the payload, and what in it is malformed. */
    public static TemplateUse scan(JsonNode payload) {
        Scan scan = new Scan();
        scan.visit(payload, PayloadPlace.root(), 1);
        return new TemplateUse(scan.uses, scan.hasTemplates, scan.problems);
    }

    /**
     * The payload with every template replaced. The payload itself is left as it is; values may be shared with it, the inputs
     * and the results.
     *
     * @param inputs of the DAG: an object, or null where there are none
     * @param resultsByKey results of the tasks that the payload refers to; that of a failed task is a JSON null
     * @throws MissingReferenceException if something referred to is not there
     * @throws PayloadTooLargeException if the outcome is more than {@value Limits#MAX_RESOLVED_PAYLOAD_BYTES} bytes, or nested
     *     deeper than {@value Limits#MAX_JSON_DEPTH}
     */
    public static JsonNode resolve(JsonNode payload, JsonNode inputs, Map<String, JsonNode> resultsByKey)
            throws MissingReferenceException {
        return new Resolution(inputs, resultsByKey).resolve(payload);
    }

    /** Says why an input that is referred to is not there; empty if it is. */
    public static Optional<String> missing(Reference.ToInput reference, JsonNode inputs) {
        return switch (Lookup.of(reference, inputs, Map.of())) {
            case Lookup.Found _ -> Optional.empty();
            case Lookup.Missing(String why) -> Optional.of(why);
        };
    }

    private static final class Scan {
        private final List<TemplateUse.Use> uses = new ArrayList<>();
        private final List<TemplateProblem> problems = new ArrayList<>();
        private boolean hasTemplates;

        void visit(JsonNode node, PayloadPlace place, int depth) {
            if (problems.size() >= MAX_PROBLEMS) {
                return;
            }
            if (node.isString()) {
                visitText(node.stringValue(), place);
            } else if (node.isContainer() && depth > Limits.MAX_JSON_DEPTH) {
                problem(place, "nested deeper than the " + Limits.MAX_JSON_DEPTH + " levels that are allowed");
            } else if (node.isObject()) {
                for (Map.Entry<String, JsonNode> member : node.properties()) {
                    visit(member.getValue(), place.member(member.getKey()), depth + 1);
                }
            } else if (node.isArray()) {
                for (int index = 0; index < node.size(); index++) {
                    visit(node.get(index), place.element(index), depth + 1);
                }
            }
        }

        private void visitText(String text, PayloadPlace place) {
            if (TemplateText.isPlain(text)) {
                return;
            }
            hasTemplates = true;
            for (TemplateText.Part part : TemplateText.parse(text)) {
                switch (part) {
                    case TemplateText.Part.Literal _ -> {}
                    case TemplateText.Part.Malformed(String why) -> problem(place, why);
                    case TemplateText.Part.Template(Reference reference) -> use(place, reference);
                }
            }
        }

        private void use(PayloadPlace place, Reference reference) {
            if (uses.size() < Limits.MAX_TEMPLATES_PER_PAYLOAD) {
                uses.add(new TemplateUse.Use(place.pointer(), reference));
            } else {
                problem(
                        place,
                        "more than the " + Limits.MAX_TEMPLATES_PER_PAYLOAD + " templates that a payload may hold");
            }
        }

        private void problem(PayloadPlace place, String message) {
            if (problems.size() < MAX_PROBLEMS) {
                problems.add(new TemplateProblem(place.pointer(), message));
            }
        }
    }
}
