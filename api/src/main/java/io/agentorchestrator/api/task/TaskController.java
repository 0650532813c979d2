package io.agentorchestrator.api.task;

import io.agentorchestrator.api.admission.PreparedSubmission;
import io.agentorchestrator.api.admission.SubmissionService;
import io.agentorchestrator.api.body.Body;
import io.agentorchestrator.api.body.BodyFormat;
import io.agentorchestrator.api.body.BodyReader;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.caller.IdempotencyKey;
import io.agentorchestrator.api.caller.TakesIdempotencyKey;
import io.agentorchestrator.api.submission.DagPlanning;
import io.agentorchestrator.api.submission.DagSpec;
import io.agentorchestrator.api.submission.DependencyCheck;
import io.agentorchestrator.api.submission.PlannedDag;
import io.agentorchestrator.api.submission.SubmissionReader;
import io.agentorchestrator.api.submission.Submissions;
import io.agentorchestrator.api.submission.TaskFields;
import io.agentorchestrator.api.submission.Warning;
import io.agentorchestrator.api.submission.Warnings;
import io.agentorchestrator.api.task.TaskAnswers.AcceptedBatch;
import io.agentorchestrator.api.task.TaskAnswers.AcceptedTask;
import io.agentorchestrator.api.waiting.UnservedTypes;
import io.agentorchestrator.store.submission.NewDag;
import io.agentorchestrator.store.submission.NewTask;
import io.agentorchestrator.store.submission.Submission;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.TaskStatus;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Submission of tasks. */
@RestController
@RequestMapping(path = "/v1/tasks", produces = MediaType.APPLICATION_JSON_VALUE)
class TaskController {
    private final BodyReader bodies;
    private final Submissions submissions;
    private final DependencyCheck dependencies;
    private final UnservedTypes unserved;
    private final SubmissionService acceptance;
    private final Clock clock;

    TaskController(
            BodyReader bodies,
            Submissions submissions,
            DependencyCheck dependencies,
            UnservedTypes unserved,
            SubmissionService acceptance,
            Clock clock) {
        this.bodies = bodies;
        this.submissions = submissions;
        this.dependencies = dependencies;
        this.unserved = unserved;
        this.acceptance = acceptance;
        this.clock = clock;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @TakesIdempotencyKey
    ResponseEntity<byte[]> submit(Caller caller, HttpServletRequest request) {
        IdempotencyKey key = IdempotencyKey.of(request);
        try (Body body = bodies.read(request, BodyFormat.JSON, BodyReader.MAX_TASK_REQUEST_BYTES)) {
            return acceptance.accept(caller, key, request, body, () -> task(caller, body));
        }
    }

    private PreparedSubmission task(Caller caller, Body body) {
        TaskFields fields = SubmissionReader.task(body.tree(), clock.instant());
        dependencies.check(caller.tenant(), List.of(fields));
        Submission submission = submissions.ofTask(caller.origin(), fields);
        NewTask task = submission.tasks().getFirst();
        TaskStatus status = task.dependencies().isEmpty() ? TaskStatus.QUEUED : TaskStatus.WAITING;
        List<Warning> warnings = Warnings.all(
                Warnings.of(List.of(fields)),
                unserved.of(caller.tenant(), fields),
                submissions.deadlineWarnings(fields));
        AcceptedTask answer = new AcceptedTask(task.taskId(), status, TaskAnswers.orAbsent(warnings));
        return new PreparedSubmission(submission, "/v1/tasks/" + task.taskId(), answer);
    }

    @PostMapping(path = "/batch", consumes = MediaType.APPLICATION_JSON_VALUE)
    @TakesIdempotencyKey
    ResponseEntity<byte[]> submitBatch(Caller caller, HttpServletRequest request) {
        IdempotencyKey key = IdempotencyKey.of(request);
        try (Body body = bodies.read(request, BodyFormat.JSON, Limits.MAX_REQUEST_BYTES)) {
            return acceptance.accept(caller, key, request, body, () -> batch(caller, body));
        }
    }

    private PreparedSubmission batch(Caller caller, Body body) {
        DagSpec batch = SubmissionReader.batch(body.tree(), clock.instant());
        List<Warning> unservedTypes = unserved.of(caller.tenant(), batch);
        boolean dependent =
                batch.tasks().stream().anyMatch(task -> !task.dependsOn().isEmpty());
        if (dependent) {
            PlannedDag planned = submissions.plan(batch);
            dependencies.check(caller.tenant(), batch.fields());
            return proposal(
                    submissions.ofDag(caller.origin(), planned),
                    Warnings.all(submissions.warnings(planned), unservedTypes));
        }
        DagPlanning.checkShape(batch);
        dependencies.check(caller.tenant(), batch.fields());
        return proposal(
                submissions.ofStandaloneTasks(caller.origin(), batch.tasks()),
                Warnings.all(Warnings.of(batch.fields()), unservedTypes));
    }

    private static PreparedSubmission proposal(Submission submission, List<Warning> warnings) {
        NewDag dag = submission.dag();
        AcceptedBatch answer = new AcceptedBatch(
                submission.tasks().stream().map(NewTask::taskId).toList(),
                dag == null ? null : dag.dagId(),
                TaskAnswers.orAbsent(warnings));
        return new PreparedSubmission(submission, null, answer);
    }
}
