package io.agentorchestrator.api.submission;

import io.agentorchestrator.api.body.JsonDocument;
import io.agentorchestrator.api.submission.DagSpec.DagTaskSpec;
import io.agentorchestrator.store.submission.NewDag;
import io.agentorchestrator.store.submission.NewTask;
import io.agentorchestrator.store.submission.Origin;
import io.agentorchestrator.store.submission.Scheduling;
import io.agentorchestrator.store.submission.Submission;
import io.agentorchestrator.workflows.forecast.ListSchedule;
import io.agentorchestrator.workflows.limit.LimitKeys;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.Uuid7;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Gives ids and times to what was read, so that it can be stored. Thread-safe. */
@Component
public final class Submissions {
    private final Uuid7 ids;
    private final Clock clock;
    private final ExpectedTimes times;
    private final TaskLimits limits;

    Submissions(Uuid7 ids, Clock clock, ExpectedTimes times, TaskLimits limits) {
        this.ids = ids;
        this.clock = clock;
        this.times = times;
        this.limits = limits;
    }

    /**
     * Plans a DAG by the times that are expected now.
     *
     * @throws io.agentorchestrator.api.problem.ProblemException as {@link DagPlanning#plan}
     */
    public PlannedDag plan(DagSpec spec) {
        return DagPlanning.plan(spec, times.policy());
    }

    /** The warnings of a DAG, but for types that nobody serves. */
    public List<Warning> warnings(PlannedDag planned) {
        return Warnings.all(
                Warnings.of(planned),
                limits.warnings(planned),
                DeadlineWarnings.of(planned, times.policy().told(), clock.instant()));
    }

    /** Warns of the deadline of a task that it cannot meet by measured times. */
    public List<Warning> deadlineWarnings(TaskFields task) {
        return DeadlineWarnings.of(task, times.policy().told(), clock.instant());
    }

    public Submission ofTask(Origin origin, TaskFields task) {
        return new Submission(origin, null, List.of(standalone(null, task)), clock.instant());
    }

    /** Tasks that have nothing to do with each other. Their payloads are taken as they are, templates or not. */
    public Submission ofStandaloneTasks(Origin origin, List<DagTaskSpec> tasks) {
        List<NewTask> rows = tasks.stream()
                .map(task -> standalone(task.key(), task.fields()))
                .toList();
        return new Submission(origin, null, rows, clock.instant());
    }

    public Submission ofDag(Origin origin, PlannedDag planned) {
        DagSpec spec = planned.spec();
        UUID dagId = ids.next();
        List<NewTask> rows = new ArrayList<>(spec.tasks().size());
        List<UUID> taskIds = idsByPath(planned.paths().remaining());
        for (int index = 0; index < spec.tasks().size(); index++) {
            DagTaskSpec task = spec.tasks().get(index);
            rows.add(newTask(
                    taskIds.get(index),
                    task.key(),
                    task.fields(),
                    spec.priority(),
                    planned.withTemplates().get(index),
                    spec.budget().terms().limits(),
                    limits.inDag(planned, index)));
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
                planned.paths().sigma(),
                planned.paths().remainingMillis(),
                spec.deadline(),
                spec.budget().terms());
        return new Submission(origin, dag, rows, clock.instant());
    }

    /** Ids in the order of the remaining paths, the longest first: of tasks of one rank the backlog takes that of the least id. */
    private List<UUID> idsByPath(double[] remaining) {
        int[] rankOf = ListSchedule.byPath(remaining);
        List<UUID> ascending = Stream.generate(ids::next).limit(rankOf.length).toList();
        return Arrays.stream(rankOf).mapToObj(ascending::get).toList();
    }

    private NewTask standalone(@Nullable String key, TaskFields task) {
        return newTask(ids.next(), key, task, Priority.NORMAL, false, false, limits.ofStandalone(task));
    }

    private NewTask newTask(
            UUID taskId,
            @Nullable String key,
            TaskFields task,
            Priority priority,
            boolean hasTemplates,
            boolean isDagBudgeted,
            LimitKeys counted) {
        return new NewTask(
                taskId,
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
                new Scheduling(
                        isDagBudgeted,
                        task.selectorOrAny(),
                        task.preemptibleOrNot(),
                        counted.keys(),
                        task.budget().terms()));
    }
}
