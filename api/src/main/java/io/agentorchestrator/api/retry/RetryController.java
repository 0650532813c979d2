package io.agentorchestrator.api.retry;

import io.agentorchestrator.api.body.Body;
import io.agentorchestrator.api.body.BodyReader;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.caller.Ids;
import io.agentorchestrator.api.problem.NotFound;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.api.shedding.LoadShedding;
import io.agentorchestrator.api.shedding.LoadShedding.Again;
import io.agentorchestrator.api.submission.BudgetFields;
import io.agentorchestrator.api.workflow.NotEnded;
import io.agentorchestrator.store.reading.DagDetail;
import io.agentorchestrator.store.reading.DagReader;
import io.agentorchestrator.store.rerun.DagRerun;
import io.agentorchestrator.store.rerun.NewPayload;
import io.agentorchestrator.store.rerun.RetryAnswer;
import io.agentorchestrator.store.rerun.RetryRequest;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.TaskStatus;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Runs DAGs again that have ended. A DAG that a retry has brought back to life refuses another until it ends. */
@RestController
@RequestMapping(path = "/v1/dags", produces = MediaType.APPLICATION_JSON_VALUE)
class RetryController {
    private static final String STANDARD_REASON = "retried on request";

    private final BodyReader bodies;
    private final DagReader dags;
    private final DagRerun reruns;
    private final LoadShedding shedding;

    RetryController(BodyReader bodies, DagReader dags, DagRerun reruns, LoadShedding shedding) {
        this.bodies = bodies;
        this.dags = dags;
        this.reruns = reruns;
        this.shedding = shedding;
    }

    @PostMapping("/{dag_id}/retry")
    ResponseEntity<AcceptedRetry> retry(Caller caller, @PathVariable("dag_id") String dagId, HttpServletRequest request)
            throws HttpMediaTypeNotSupportedException {
        UUID id = Ids.parse(dagId).orElseThrow(() -> NotFound.dag(dagId));
        try (Body body = bodies.readIfAny(request, Limits.MAX_REQUEST_BYTES)) {
            RetrySubmission asked = RetrySubmission.read(body.tree());
            RetryRequest retry = new RetryRequest(
                    asked.from(),
                    payloads(caller, id, dagId, asked),
                    asked.reasonOr(STANDARD_REASON),
                    asked.costBudgetMicroUsd(),
                    asked.tokenBudget());
            shedding.checkAgain(
                    caller.tenant(), () -> dags.find(caller.tenant(), id).map(RetryController::again));
            return switch (reruns.retry(caller.tenant(), caller.principal(), id, retry)) {
                case RetryAnswer.Started started -> {
                    shedding.ranAgain(caller.tenant(), 1, started.keys().size() - 1);
                    yield accepted(id, started);
                }
                case RetryAnswer.NotFound _ -> throw NotFound.dag(dagId);
                case RetryAnswer.NotEnded notEnded -> throw NotEnded.notEnded(notEnded.status());
                case RetryAnswer.NothingToRerun _ ->
                    throw new ProblemException(
                            ProblemCode.NOTHING_TO_RERUN,
                            "every task of the DAG has completed; name in 'from' those that are to run again, with all"
                                    + " that depend on them");
                case RetryAnswer.BelowSpent(Long microUsd, Long tokens) ->
                    throw BudgetFields.belowSpent(
                            microUsd, tokens, "what the DAG's runs have spent counts; give more, for what runs again");
                case RetryAnswer.UnknownKeys unknown -> throw unknownKeys(asked, unknown.keys());
            };
        }
    }

    /** Tasks that would run again without being named: those that have not completed. */
    private static Again again(DagDetail dag) {
        long notCompleted = dag.tasks().stream()
                .filter(task -> task.facts().status() != TaskStatus.COMPLETED)
                .count();
        return new Again(dag.facts().priority(), Math.max(1, (int) notCompleted));
    }

    private Map<String, NewPayload> payloads(Caller caller, UUID id, String dagId, RetrySubmission asked) {
        if (asked.payloads().isEmpty()) {
            return Map.of();
        }
        DagDetail dag = dags.find(caller.tenant(), id).orElseThrow(() -> NotFound.dag(dagId));
        return ChangedPayloads.check(dag, asked);
    }

    private static ResponseEntity<AcceptedRetry> accepted(UUID dagId, RetryAnswer.Started started) {
        return ResponseEntity.accepted()
                .location(URI.create("/v1/commands/" + started.commandId()))
                .body(new AcceptedRetry(
                        started.commandId(), dagId, started.run().runNumber(), started.keys()));
    }

    private static ProblemException unknownKeys(RetrySubmission asked, List<String> keys) {
        Set<String> unknown = new HashSet<>(keys);
        ValidationErrors findings = new ValidationErrors();
        asked.payloads().forEach((key, payload) -> {
            if (unknown.contains(key)) {
                findings.add(ProblemCode.UNKNOWN_KEY, payload.pointer(), ChangedPayloads.unknown(key));
            }
        });
        for (int index = 0; index < asked.from().size(); index++) {
            String key = asked.from().get(index);
            if (unknown.contains(key)) {
                findings.add(ProblemCode.UNKNOWN_KEY, "/from/" + index, ChangedPayloads.unknown(key));
            }
        }
        return findings.problem();
    }

    record AcceptedRetry(UUID commandId, UUID dagId, int runNumber, List<String> tasks) {}
}
