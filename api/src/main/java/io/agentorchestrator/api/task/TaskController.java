package io.agentorchestrator.api.task;

import io.agentorchestrator.api.admission.Admission;
import io.agentorchestrator.api.body.Body;
import io.agentorchestrator.api.body.BodyFormat;
import io.agentorchestrator.api.body.BodyReader;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.submission.DagPlanning;
import io.agentorchestrator.api.submission.DagSpec;
import io.agentorchestrator.api.submission.SubmissionReader;
import io.agentorchestrator.api.submission.Submissions;
import io.agentorchestrator.api.task.TaskAnswers.AcceptedBatch;
import io.agentorchestrator.api.task.TaskAnswers.AcceptedTask;
import io.agentorchestrator.store.submission.NewDag;
import io.agentorchestrator.store.submission.NewTask;
import io.agentorchestrator.store.submission.Submission;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Submission of tasks. */
@RestController
@RequestMapping(path = "/v1/tasks", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "tasks")
class TaskController {
    private final BodyReader bodies;
    private final Submissions submissions;
    private final Admission admission;

    TaskController(BodyReader bodies, Submissions submissions, Admission admission) {
        this.bodies = bodies;
        this.submissions = submissions;
        this.admission = admission;
    }

    @Operation(operationId = "submitTask", summary = "Submits a task; once accepted, it is durable and will run.")
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<AcceptedTask> submit(Caller caller, HttpServletRequest request) {
        try (Body body = bodies.read(request, BodyFormat.JSON, BodyReader.MAX_TASK_REQUEST_BYTES)) {
            Submission submission = submissions.ofTask(caller.origin(), SubmissionReader.task(body.tree()));
            admission.admit(submission, body.receivedNanos());
            NewTask task = submission.tasks().getFirst();
            return ResponseEntity.accepted()
                    .location(URI.create("/v1/tasks/" + task.taskId()))
                    .body(new AcceptedTask(task.taskId(), TaskStatus.QUEUED));
        }
    }

    @Operation(
            operationId = "submitBatch",
            summary = "Submits up to 1,000 tasks, all or none; where some depend on others, they form a DAG.")
    @PostMapping(path = "/batch", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<AcceptedBatch> submitBatch(Caller caller, HttpServletRequest request) {
        try (Body body = bodies.read(request, BodyFormat.JSON, Limits.MAX_REQUEST_BYTES)) {
            Submission submission = submission(caller, SubmissionReader.batch(body.tree()));
            admission.admit(submission, body.receivedNanos());
            NewDag dag = submission.dag();
            return ResponseEntity.accepted()
                    .body(new AcceptedBatch(
                            submission.tasks().stream().map(NewTask::taskId).toList(),
                            dag == null ? null : dag.dagId()));
        }
    }

    private Submission submission(Caller caller, DagSpec batch) {
        boolean dependent =
                batch.tasks().stream().anyMatch(task -> !task.dependsOn().isEmpty());
        if (dependent) {
            return submissions.ofDag(caller.origin(), DagPlanning.plan(batch));
        }
        DagPlanning.checkShape(batch);
        return submissions.ofStandaloneTasks(caller.origin(), batch.tasks());
    }
}
