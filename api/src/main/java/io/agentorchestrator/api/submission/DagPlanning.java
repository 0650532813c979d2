package io.agentorchestrator.api.submission;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.workflows.dag.DagGraph;
import io.agentorchestrator.workflows.dag.DagNode;
import io.agentorchestrator.workflows.dag.DagProblem;
import io.agentorchestrator.workflows.dag.InvalidDagException;
import io.agentorchestrator.workflows.forecast.TypeTimes;
import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.PlanCodec;
import io.agentorchestrator.workflows.plan.PlanTask;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Checks a DAG as a whole (its shape, then what its templates refer to) and plans it. */
public final class DagPlanning {
    private static final PathPolicy NO_PATHS = new PathPolicy(TypeTimes.NONE, false, false);

    private final DagSpec spec;
    private final PathPolicy policy;
    private final ValidationErrors findings = new ValidationErrors();

    private DagPlanning(DagSpec spec, PathPolicy policy) {
        this.spec = spec;
        this.policy = policy;
    }

    /**
     * The plan of the DAG. A task whose type was not measured is expected to take as many seconds as its estimated complexity says.
     *
     * @throws ProblemException if it is none; it tells all that is wrong
     */
    public static PlannedDag plan(DagSpec spec, PathPolicy policy) {
        return new DagPlanning(spec, policy).plan();
    }

    /**
     * Checks keys and dependencies only.
     *
     * @throws ProblemException that tells all that is wrong
     */
    public static void checkShape(DagSpec spec) {
        new DagPlanning(spec, NO_PATHS).graph();
    }

    private PlannedDag plan() {
        DagGraph graph = graph();
        BitSet withTemplates = checkTemplates(graph);
        findings.throwIfAny();
        PlannedPaths paths = PlannedPaths.of(spec, graph, policy);
        return new PlannedDag(spec, graph, paths, encodedPlan(graph, paths), withTemplates);
    }

    private DagGraph graph() {
        try {
            return DagGraph.of(spec.tasks().stream()
                    .map(task -> new DagNode(
                            task.node(), task.dependsOn(), task.fields().complexity()))
                    .toList());
        } catch (InvalidDagException e) {
            e.problems().forEach(problem -> findings.add(codeOf(problem), problem.pointer(), problem.message()));
            findings.throwIfAny();
            throw new IllegalStateException("an invalid DAG has problems", e);
        }
    }

    private static ProblemCode codeOf(DagProblem problem) {
        return switch (problem) {
            case DagProblem.EmptyDag _ -> ProblemCode.EMPTY_DAG;
            case DagProblem.TooManyTasks _ -> ProblemCode.TOO_MANY_TASKS;
            case DagProblem.TooManyEdges _ -> ProblemCode.TOO_MANY_DEPENDENCIES;
            case DagProblem.DuplicateKey _ -> ProblemCode.DUPLICATE_KEY;
            case DagProblem.UnknownDependency _ -> ProblemCode.UNKNOWN_DEPENDENCY;
            case DagProblem.SelfDependency _ -> ProblemCode.SELF_DEPENDENCY;
            case DagProblem.Cycle _ -> ProblemCode.CYCLE;
        };
    }

    private byte[] encodedPlan(DagGraph graph, PlannedPaths paths) {
        List<PlanTask> tasks = new ArrayList<>(graph.size());
        for (int task = 0; task < graph.size(); task++) {
            TaskFields fields = spec.tasks().get(task).fields();
            tasks.add(new PlanTask(
                    fields.priorityOr(spec.priority()),
                    paths.lengths()[task],
                    fields.retry().policy()));
        }
        try {
            return PlanCodec.encode(Plan.ofDag(spec.onFailure(), graph.parents(), tasks));
        } catch (IllegalArgumentException e) {
            findings.add(ProblemCode.TOO_MANY_DEPENDENCIES, "/tasks", String.valueOf(e.getMessage()));
            findings.throwIfAny();
            throw e;
        }
    }

    private BitSet checkTemplates(DagGraph graph) {
        BitSet withTemplates = new BitSet(spec.tasks().size());
        TemplateCheck templates = new TemplateCheck(graph, spec.inputs(), findings);
        for (int task = 0; task < spec.tasks().size(); task++) {
            if (templates.check(task, spec.tasks().get(task).fields().payloadOrEmpty())) {
                withTemplates.set(task);
            }
        }
        return withTemplates;
    }
}
