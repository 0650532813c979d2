package io.agentorchestrator.api.dag;

import io.agentorchestrator.api.admission.PreparedSubmission;
import io.agentorchestrator.api.admission.SubmissionService;
import io.agentorchestrator.api.body.Body;
import io.agentorchestrator.api.body.BodyFormat;
import io.agentorchestrator.api.body.BodyReader;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.caller.IdempotencyKey;
import io.agentorchestrator.api.caller.TakesIdempotencyKey;
import io.agentorchestrator.api.dag.DagAnswers.AcceptedDag;
import io.agentorchestrator.api.dag.DagAnswers.DagPlan;
import io.agentorchestrator.api.submission.DependencyCheck;
import io.agentorchestrator.api.submission.PlannedDag;
import io.agentorchestrator.api.submission.SubmissionReader;
import io.agentorchestrator.api.submission.Submissions;
import io.agentorchestrator.api.submission.Warning;
import io.agentorchestrator.api.submission.Warnings;
import io.agentorchestrator.api.waiting.UnservedTypes;
import io.agentorchestrator.api.workflow.WorkflowView;
import io.agentorchestrator.api.workflow.Workflows;
import io.agentorchestrator.store.submission.NewDag;
import io.agentorchestrator.store.submission.Submission;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Validation and submission of DAGs. */
@RestController
@RequestMapping(path = "/v1/dags", produces = MediaType.APPLICATION_JSON_VALUE)
class DagController {
    private static final String YAML = "application/yaml";
    private static final String YAML_OLD = "application/x-yaml";
    private static final String YAML_TEXT = "text/yaml";
    private static final String YAML_TEXT_OLD = "text/x-yaml";

    private final BodyReader bodies;
    private final Submissions submissions;
    private final DependencyCheck dependencies;
    private final UnservedTypes unserved;
    private final SubmissionService acceptance;
    private final Workflows workflows;
    private final Clock clock;

    DagController(
            BodyReader bodies,
            Submissions submissions,
            DependencyCheck dependencies,
            UnservedTypes unserved,
            SubmissionService acceptance,
            Workflows workflows,
            Clock clock) {
        this.bodies = bodies;
        this.submissions = submissions;
        this.dependencies = dependencies;
        this.unserved = unserved;
        this.acceptance = acceptance;
        this.workflows = workflows;
        this.clock = clock;
    }

    @PostMapping(consumes = {MediaType.APPLICATION_JSON_VALUE, YAML, YAML_OLD, YAML_TEXT, YAML_TEXT_OLD})
    @TakesIdempotencyKey
    ResponseEntity<byte[]> submit(Caller caller, HttpServletRequest request) {
        IdempotencyKey key = IdempotencyKey.of(request);
        try (Body body = bodies.read(request, formatOf(request), Limits.MAX_REQUEST_BYTES)) {
            return acceptance.accept(caller, key, request, body, () -> dag(caller, body));
        }
    }

    private PreparedSubmission dag(Caller caller, Body body) {
        PlannedDag planned = plan(caller, body);
        Submission submission = submissions.ofDag(caller.origin(), planned);
        NewDag dag = Objects.requireNonNull(submission.dag(), "the submission of a DAG has one");
        WorkflowView workflow = workflows.of(new RunKey(dag.dagId(), 1), RunKind.DAG, false);
        AcceptedDag answer = AcceptedDag.of(dag.dagId(), planned, submission, workflow, warnings(caller, planned));
        return new PreparedSubmission(submission, "/v1/dags/" + dag.dagId(), answer);
    }

    @PostMapping(
            path = "/validate",
            consumes = {MediaType.APPLICATION_JSON_VALUE, YAML, YAML_OLD, YAML_TEXT, YAML_TEXT_OLD})
    @TakesIdempotencyKey // and ignores it: nothing is stored
    DagPlan validate(Caller caller, HttpServletRequest request) {
        try (Body body = bodies.read(request, formatOf(request), Limits.MAX_REQUEST_BYTES)) {
            PlannedDag planned = plan(caller, body);
            return DagPlan.of(planned, warnings(caller, planned));
        }
    }

    private PlannedDag plan(Caller caller, Body body) {
        PlannedDag planned = submissions.plan(SubmissionReader.dag(body.tree(), clock.instant()));
        dependencies.check(caller.tenant(), planned.spec().fields());
        return planned;
    }

    private static BodyFormat formatOf(HttpServletRequest request) {
        String type = Objects.requireNonNullElse(request.getContentType(), "").toLowerCase(Locale.ROOT);
        return type.contains("yaml") ? BodyFormat.YAML : BodyFormat.JSON;
    }

    private List<Warning> warnings(Caller caller, PlannedDag planned) {
        return Warnings.all(submissions.warnings(planned), unserved.of(caller.tenant(), planned.spec()));
    }
}
