package io.agentorchestrator.workflows.template;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * The references of a payload.
 *
 * @param uses every reference, in the order of the payload, at most the limit
 * @param hasTemplates whether the payload must go through {@link Templates#resolve} before use (an escape suffices)
 * @param problems what is malformed, at most {@value Templates#MAX_PROBLEMS}; such a payload cannot be resolved
 */
public record TemplateUse(List<Use> uses, boolean hasTemplates, List<TemplateProblem> problems) {

    /** One reference and where in the payload it stands, as a JSON pointer. */
    public record Use(String pointer, Reference reference) {}

    public TemplateUse {
        uses = List.copyOf(uses);
        problems = List.copyOf(problems);
    }

    /** Keys of the tasks whose results are referred to, each once. */
    public SequencedSet<String> tasks() {
        SequencedSet<String> keys = new LinkedHashSet<>();
        for (Use use : uses) {
            if (use.reference() instanceof Reference.ToResult result) {
                keys.add(result.key());
            }
        }
        return keys;
    }
}
