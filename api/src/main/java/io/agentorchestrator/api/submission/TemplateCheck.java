package io.agentorchestrator.api.submission;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.workflows.dag.DagGraph;
import io.agentorchestrator.workflows.template.Reference;
import io.agentorchestrator.workflows.template.TemplateProblem;
import io.agentorchestrator.workflows.template.TemplateUse;
import io.agentorchestrator.workflows.template.Templates;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Checks what the templates in payloads of a DAG's tasks refer to: its inputs, and results of tasks that end before theirs. What
 * is wrong goes to the findings. For one thread.
 */
public final class TemplateCheck {
    private final DagGraph graph;
    private final JsonNode inputs;
    private final ValidationErrors findings;
    private final Ancestors ancestors;
    private final Map<String, Integer> indexes = new HashMap<>();
    private final IdentityHashMap<Payload, TemplateUse> scanned = new IdentityHashMap<>();

    public TemplateCheck(DagGraph graph, JsonNode inputs, ValidationErrors findings) {
        this.graph = graph;
        this.inputs = inputs;
        this.findings = findings;
        this.ancestors = new Ancestors(graph);
        for (int task = 0; task < graph.size(); task++) {
            indexes.put(graph.key(task), task);
        }
    }

    /** Checks the payload of the task of this index; returns whether it holds templates. */
    public boolean check(int task, Payload payload) {
        TemplateUse use = templatesOf(payload);
        if (!use.hasTemplates()) {
            return false;
        }
        for (TemplateUse.Use reference : use.uses()) {
            check(reference, task, payload.pointer() + reference.pointer());
        }
        return true;
    }

    private void check(TemplateUse.Use use, int task, String at) {
        switch (use.reference()) {
            case Reference.ToInput input -> {
                if (!inputs.has(input.name())) {
                    bad(at, input, "'%s' is not among the DAG's inputs".formatted(input.name()));
                } else {
                    Templates.missing(input, inputs).ifPresent(why -> bad(at, input, why));
                }
            }
            case Reference.ToResult result -> {
                Integer parent = indexes.get(result.key());
                if (parent == null) {
                    bad(at, result, "there is no task '%s'".formatted(result.key()) + perhapsMeant(result));
                } else if (!ancestors.isAncestor(parent, task)) {
                    bad(
                            at,
                            result,
                            "task '%s' does not depend on '%s'; it can use results of tasks in its depends_on, directly or not"
                                    .formatted(graph.key(task), result.key()));
                }
            }
        }
    }

    private void bad(String at, Reference reference, String why) {
        findings.add(ProblemCode.BAD_TEMPLATE, at, "${" + reference.text() + "}: " + why);
    }

    /** A key may hold {@code .result} itself; unquoted, the first one ends it. */
    private String perhapsMeant(Reference.ToResult result) {
        StringBuilder key = new StringBuilder(result.key() + ".result");
        for (int step = 0; step <= result.path().size(); step++) {
            if (indexes.containsKey(key.toString())) {
                return "; if '%s' is meant, write ${tasks['%s'].result}".formatted(key, key);
            }
            if (step < result.path().size()) {
                key.append('.').append(result.path().get(step));
            }
        }
        return "";
    }

    /** A payload from the defaults is scanned, and its problems told, once. */
    private TemplateUse templatesOf(Payload payload) {
        TemplateUse known = scanned.get(payload);
        if (known != null) {
            return known;
        }
        TemplateUse use = Templates.scan(payload.tree());
        for (TemplateProblem problem : use.problems()) {
            findings.add(ProblemCode.BAD_TEMPLATE, payload.pointer() + problem.pointer(), problem.message());
        }
        scanned.put(payload, use);
        return use;
    }
}
