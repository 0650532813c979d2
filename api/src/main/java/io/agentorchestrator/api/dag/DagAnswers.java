package io.agentorchestrator.api.dag;

import io.agentorchestrator.api.submission.PlannedDag;
import io.agentorchestrator.api.submission.Warning;
import io.agentorchestrator.api.submission.Warnings;
import io.agentorchestrator.api.workflow.WorkflowView;
import io.agentorchestrator.store.submission.Submission;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the DAG routes answer beside DAGs themselves. */
final class DagAnswers {
    private static final String WARNINGS = "What was perhaps not meant; mostly empty.";

    private DagAnswers() {}

    @Schema(name = "AcceptedDag")
    record AcceptedDag(
            UUID dagId,

            @Schema(description = "Task ids by key.") Map<String, UUID> tasks,

            @Schema(description = "Keys by level: the tasks of a level depend only on earlier levels.")
            List<List<String>> levels,

            @Schema(description = "Keys along the longest path: no run can be shorter.")
            List<String> criticalPath,

            @Schema(
                    description =
                            "What the critical path takes, if each task takes as many seconds as its estimated_complexity says.")
            double criticalPathSeconds,

            WorkflowView workflow,

            @Schema(description = WARNINGS) List<Warning> warnings) {
        static AcceptedDag of(UUID dagId, PlannedDag planned, Submission submission, WorkflowView workflow) {
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
                    Warnings.of(planned));
        }
    }

    @Schema(name = "DagPlan", description = "What submitting the DAG would answer; nothing is stored.")
    record DagPlan(
            List<List<String>> levels,
            List<String> criticalPath,
            double criticalPathSeconds,

            @Schema(description = WARNINGS) List<Warning> warnings) {
        static DagPlan of(PlannedDag planned) {
            return new DagPlan(
                    planned.graph().levels(),
                    planned.criticalPath().keys(),
                    planned.criticalPath().seconds(),
                    Warnings.of(planned));
        }
    }

    @Schema(name = "DagPage")
    record DagPage(
            List<DagSummary> dags,

            @Schema(description = "Given as cursor, it gets the next page; absent on the last.") @Nullable String nextCursor) {}
}
