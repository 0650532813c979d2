package io.agentorchestrator.api.retry;

import io.agentorchestrator.api.body.JsonDocument;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.api.submission.TemplateCheck;
import io.agentorchestrator.store.reading.DagDetail;
import io.agentorchestrator.store.rerun.NewPayload;
import io.agentorchestrator.workflows.dag.DagGraph;
import io.agentorchestrator.workflows.dag.DagNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks payloads that tasks of a stored DAG are to get as it checks those of one that is submitted. */
final class ChangedPayloads {
    private ChangedPayloads() {}

    /**
     * The payloads, by key, as the store takes them.
     *
     * @throws ProblemException that names keys which the DAG does not have, and templates that refer to what is not there
     */
    static Map<String, NewPayload> check(DagDetail dag, RetrySubmission asked) {
        ValidationErrors findings = new ValidationErrors();
        DagGraph graph = graphOf(dag);
        Map<String, Integer> indexes = new HashMap<>();
        for (int task = 0; task < graph.size(); task++) {
            String key = dag.tasks().get(task).facts().key();
            if (key != null) {
                indexes.put(key, task);
            }
        }
        TemplateCheck templates =
                new TemplateCheck(graph, JsonDocument.parse(dag.inputs().getBytes(StandardCharsets.UTF_8)), findings);
        Map<String, NewPayload> checked = new LinkedHashMap<>();
        asked.payloads().forEach((key, payload) -> {
            Integer task = indexes.get(key);
            if (task == null) {
                findings.add(ProblemCode.UNKNOWN_KEY, payload.pointer(), unknown(key));
            } else {
                checked.put(key, new NewPayload(payload.json(), templates.check(task, payload)));
            }
        });
        findings.throwIfAny();
        return checked;
    }

    static String unknown(String key) {
        return "the DAG has no task '%s'; GET the DAG to see its keys".formatted(Shown.text(key));
    }

    /** A task without a key is called by its index, as its dependents call it. */
    private static DagGraph graphOf(DagDetail dag) {
        List<DagNode> nodes = new ArrayList<>(dag.tasks().size());
        for (DagDetail.DagTask task : dag.tasks()) {
            String key = task.facts().key();
            nodes.add(new DagNode(
                    key == null ? "#" + nodes.size() : key,
                    task.dependsOn(),
                    task.facts().estimatedComplexity()));
        }
        return DagGraph.of(nodes);
    }
}
