package io.agentorchestrator.api.dag;

import io.agentorchestrator.api.submission.PlannedDag;
import io.agentorchestrator.api.submission.Warning;
import io.agentorchestrator.api.workflow.WorkflowView;
import io.agentorchestrator.store.submission.Submission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The answers of the DAG routes, other than DAGs themselves. */
final class DagAnswers {
    private DagAnswers() {}

    record AcceptedDag(
            UUID dagId,
            Map<String, UUID> tasks,
            List<List<String>> levels,
            List<String> criticalPath,
            double criticalPathSeconds,
            WorkflowView workflow,
            List<Warning> warnings) {
        static AcceptedDag of(
                UUID dagId, PlannedDag planned, Submission submission, WorkflowView workflow, List<Warning> warnings) {
            Map<String, UUID> tasks = new LinkedHashMap<>();
            for (int index = 0; index < submission.tasks().size(); index++) {
                tasks.put(
                        planned.graph().key(index),
                        submission.tasks().get(index).taskId());
            }
            return new AcceptedDag(
                    dagId,
                    tasks,
                    planned.graph().levels(),
                    planned.criticalPath().keys(),
                    planned.criticalPath().seconds(),
                    workflow,
                    warnings);
        }
    }

    record DagPlan(
            List<List<String>> levels, List<String> criticalPath, double criticalPathSeconds, List<Warning> warnings) {
        static DagPlan of(PlannedDag planned, List<Warning> warnings) {
            return new DagPlan(
                    planned.graph().levels(),
                    planned.criticalPath().keys(),
                    planned.criticalPath().seconds(),
                    warnings);
        }
    }

    record DagPage(List<DagSummary> dags, @Nullable String nextCursor) {}
}
