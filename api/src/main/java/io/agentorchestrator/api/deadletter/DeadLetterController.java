package io.agentorchestrator.api.deadletter;

import io.agentorchestrator.api.body.Body;
import io.agentorchestrator.api.body.BodyReader;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.caller.Parameters;
import io.agentorchestrator.api.caller.TakesIdempotencyKey;
import io.agentorchestrator.api.caller.TakesParameters;
import io.agentorchestrator.api.deadletter.DeadLetterAnswers.BulkDeletedView;
import io.agentorchestrator.api.deadletter.DeadLetterAnswers.BulkView;
import io.agentorchestrator.api.deadletter.DeadLetterAnswers.ReprocessedView;
import io.agentorchestrator.api.deadletter.DeadLetterAnswers.StreamView;
import io.agentorchestrator.api.deadletter.DeadLetterRequests.Bulk;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationError;
import io.agentorchestrator.api.shedding.LoadShedding;
import io.agentorchestrator.api.shedding.LoadShedding.Again;
import io.agentorchestrator.api.workflow.NotEnded;
import io.agentorchestrator.store.deadletter.BulkAnswer;
import io.agentorchestrator.store.deadletter.DeadLetterState;
import io.agentorchestrator.store.deadletter.DeadLetterStore;
import io.agentorchestrator.store.deadletter.EntryId;
import io.agentorchestrator.store.deadletter.ReprocessAnswer;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Routes of operations on dead letters. An entry is reprocessed once, and a repeat is answered with the same task, so an idempotency
 * key adds nothing and is ignored; in bulk, a repeat goes on with further entries, and a key is refused.
 */
@RestController
@RequestMapping(path = "/v1/dead-letters", produces = MediaType.APPLICATION_JSON_VALUE)
class DeadLetterController {
    private final BodyReader bodies;
    private final DeadLetterStore deadLetters;
    private final LoadShedding shedding;

    DeadLetterController(BodyReader bodies, DeadLetterStore deadLetters, LoadShedding shedding) {
        this.bodies = bodies;
        this.deadLetters = deadLetters;
        this.shedding = shedding;
    }

    @PostMapping("/{entry_id}/reprocess")
    @TakesIdempotencyKey
    ResponseEntity<ReprocessedView> reprocess(
            Caller caller, @PathVariable("entry_id") String entryId, HttpServletRequest request)
            throws HttpMediaTypeNotSupportedException {
        EntryId entry = EntryIds.parse(entryId);
        boolean resumeDag;
        try (Body body = bodies.readIfAny(request, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            resumeDag = DeadLetterRequests.resumeDag(body.tree());
        }
        // A repeat is answered with the task that was made: it adds none.
        shedding.checkAgain(
                caller.tenant(),
                () -> deadLetters
                        .find(caller.tenant(), entry)
                        .filter(found -> found.state() == DeadLetterState.OPEN)
                        .map(found -> new Again(found.priority(), 1)));
        return switch (deadLetters.reprocess(caller.tenant(), caller.principal(), entry, resumeDag)) {
            case ReprocessAnswer.Created created -> {
                shedding.ranAgain(caller.tenant(), 1, 0);
                yield ResponseEntity.accepted()
                        .location(URI.create("/v1/tasks/" + created.taskId()))
                        .body(ReprocessedView.of(entry, created));
            }
            case ReprocessAnswer.NotFound _ -> throw EntryIds.notFound(entryId);
            case ReprocessAnswer.Deleted _ ->
                throw new ProblemException(
                        ProblemCode.DEAD_LETTER_DELETED,
                        "the dead letter was deleted, or went by its age; GET it to see its payload, and submit a new"
                                + " task");
            case ReprocessAnswer.Rerun _ ->
                throw new ProblemException(
                        ProblemCode.DEAD_LETTER_RERUN,
                        "the task itself has run again with its DAG; if it failed again, it is another dead letter:"
                                + " reprocess that");
            case ReprocessAnswer.NeedsItsDag _ ->
                throw new ProblemException(
                        ProblemCode.NEEDS_ITS_DAG,
                        "the task's payload refers to inputs or results of its DAG, so the task cannot stand alone;"
                                + " reprocess it with resume_dag true");
            case ReprocessAnswer.NotInADag _ ->
                throw new ProblemException(
                        ProblemCode.NOT_IN_A_DAG, "the task is of no DAG that could be resumed; leave resume_dag out");
            case ReprocessAnswer.DagNotEnded notEnded -> throw NotEnded.notEnded(notEnded.status());
        };
    }

    @PostMapping("/reprocess")
    ResponseEntity<BulkView> reprocessAll(Caller caller, HttpServletRequest request)
            throws HttpMediaTypeNotSupportedException {
        Bulk bulk;
        try (Body body = bodies.readIfAny(request, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            bulk = DeadLetterRequests.bulk(body.tree());
        }
        shedding.checkAgain(caller.tenant(), () -> Optional.of(new Again(Priority.NORMAL, 1)));
        BulkAnswer answer = deadLetters.reprocessAll(
                caller.tenant(), caller.principal(), bulk.taskType(), bulk.errorCode(), bulk.limit());
        shedding.ranAgain(caller.tenant(), answer.tasks().size(), 0);
        return ResponseEntity.accepted().body(BulkView.of(answer));
    }

    @DeleteMapping("/{entry_id}")
    ResponseEntity<Void> delete(Caller caller, @PathVariable("entry_id") String entryId) {
        if (!deadLetters.delete(caller.tenant(), EntryIds.parse(entryId))) {
            throw EntryIds.notFound(entryId);
        }
        return ResponseEntity.noContent().build();
    }

    @DeleteMapping
    @TakesParameters({"state", "task_type", "error_code", "limit"})
    BulkDeletedView deleteAll(Caller caller, HttpServletRequest request) {
        Parameters parameters = new Parameters(request);
        DeadLetterState state = parameters.oneOf("state", List.of(DeadLetterState.OPEN));
        String type = parameters.taskType();
        String code = parameters.text("error_code", Limits.MAX_ERROR_CODE_LENGTH);
        int limit = parameters.limit(DeadLetterRequests.DEFAULT_BULK, DeadLetterStore.MAX_BULK);
        parameters.throwIfAnyIsWrong();
        if (state == null) {
            throw new ProblemException(ValidationError.ofParameter(
                    "state",
                    ProblemCode.INVALID_PARAMETER,
                    "say state=OPEN: it means every open dead letter, or those that task_type and error_code"
                            + " leave of them"));
        }
        return BulkDeletedView.of(deadLetters.deleteAll(caller.tenant(), type, code, limit));
    }

    @PostMapping("/rebuild")
    @TakesIdempotencyKey // and ignores it: once is as good as twice
    ResponseEntity<StreamView> rebuild(Caller caller, HttpServletRequest request)
            throws HttpMediaTypeNotSupportedException {
        try (Body body = bodies.readIfAny(request, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            DeadLetterRequests.nothing(body.tree());
        }
        deadLetters.requestRebuild();
        return ResponseEntity.accepted().body(StreamView.of(deadLetters.streamState()));
    }
}
