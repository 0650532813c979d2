package io.agentorchestrator.api.submission;

import io.agentorchestrator.api.body.JsonDocument;
import io.agentorchestrator.api.submission.DagSpec.DagTaskSpec;
import io.agentorchestrator.store.submission.BudgetTerms;
import io.agentorchestrator.store.submission.NewDag;
import io.agentorchestrator.store.submission.NewTask;
import io.agentorchestrator.store.submission.Origin;
import io.agentorchestrator.store.submission.Scheduling;
import io.agentorchestrator.store.submission.Submission;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.Uuid7;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Gives ids and times to what was read, so that it can be stored. Thread-safe. */
@Component
public final class Submissions {
    private final Uuid7 ids;
    private final Clock clock;

    Submissions(Uuid7 ids, Clock clock) {
        this.ids = ids;
        this.clock = clock;
    }

    public Submission ofTask(Origin origin, TaskFields task) {
        return new Submission(
                origin, null, List.of(newTask(null, task, Priority.NORMAL, false, false)), clock.instant());
    }

    /** Tasks that have nothing to do with each other. Their payloads are taken as they are, templates or not. */
    public Submission ofStandaloneTasks(Origin origin, List<DagTaskSpec> tasks) {
        List<NewTask> rows = tasks.stream()
                .map(task -> newTask(task.key(), task.fields(), Priority.NORMAL, false, false))
                .toList();
        return new Submission(origin, null, rows, clock.instant());
    }

    public Submission ofDag(Origin origin, PlannedDag planned) {
        DagSpec spec = planned.spec();
        UUID dagId = ids.next();
        List<NewTask> rows = new ArrayList<>(spec.tasks().size());
        for (int index = 0; index < spec.tasks().size(); index++) {
            DagTaskSpec task = spec.tasks().get(index);
            rows.add(newTask(
                    task.key(),
                    task.fields(),
                    spec.priority(),
                    planned.withTemplates().get(index),
                    spec.budget().terms().limits()));
        }
        NewDag dag = new NewDag(
                dagId,
                spec.name(),
                spec.onFailure(),
                spec.priority(),
                JsonDocument.write(spec.labels()),
                JsonDocument.write(spec.inputs()),
                planned.plan(),
                Arrays.stream(planned.graph().parents())
                        .mapToInt(parents -> parents.length)
                        .toArray(),
                planned.criticalPath().keys(),
                planned.criticalPath().seconds(),
                spec.deadline(),
                spec.budget().terms());
        return new Submission(origin, dag, rows, clock.instant());
    }

    private NewTask newTask(
            @Nullable String key, TaskFields task, Priority priority, boolean hasTemplates, boolean isBudgeted) {
        BudgetTerms budget = task.budget().terms();
        return new NewTask(
                ids.next(),
                key,
                task.requiredType(),
                task.payloadOrEmpty().json(),
                hasTemplates,
                task.priorityOr(priority),
                task.complexity(),
                task.timeoutOrDefault(),
                task.retry().policy(),
                JsonDocument.write(task.labelsOrNone()),
                task.dependenciesOrNone().distinct(),
                task.deadline(),
                new Scheduling(isBudgeted || budget.limits(), budget));
    }
}
