package io.agentorchestrator.api.command;

import io.agentorchestrator.api.body.Body;
import io.agentorchestrator.api.body.BodyReader;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.caller.Ids;
import io.agentorchestrator.api.caller.Parameters;
import io.agentorchestrator.api.caller.TakesIdempotencyKey;
import io.agentorchestrator.api.caller.TakesParameters;
import io.agentorchestrator.api.openapi.RequestSchema;
import io.agentorchestrator.api.problem.NotFound;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationError;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.store.command.CommandStore;
import io.agentorchestrator.store.command.CommandStore.CommandAnswer;
import io.agentorchestrator.store.command.CommandStore.StoredCommand;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Commands: each is a row once it is accepted, and is delivered to its run until that acknowledges it. Repeating one is answered
 * by the first, so an idempotency key adds nothing and is ignored.
 */
@RestController
@RequestMapping(path = "/v1", produces = MediaType.APPLICATION_JSON_VALUE)
class CommandController {
    private static final RequestSchema SUBMISSION = RequestSchema.named("CommandSubmission");

    private final BodyReader bodies;
    private final CommandStore commands;

    CommandController(BodyReader bodies, CommandStore commands) {
        this.bodies = bodies;
        this.commands = commands;
    }

    @PostMapping("/tasks/{task_id}/cancel")
    @TakesIdempotencyKey
    ResponseEntity<CommandView> cancelTask(
            Caller caller, @PathVariable("task_id") String taskId, HttpServletRequest request)
            throws HttpMediaTypeNotSupportedException {
        return command(Target.TASK, taskId, caller, request, "cancelled on request", commands::cancelTask);
    }

    @PostMapping("/dags/{dag_id}/cancel")
    @TakesIdempotencyKey
    ResponseEntity<CommandView> cancelDag(
            Caller caller, @PathVariable("dag_id") String dagId, HttpServletRequest request)
            throws HttpMediaTypeNotSupportedException {
        return command(Target.DAG, dagId, caller, request, "cancelled on request", commands::cancelDag);
    }

    @PostMapping("/dags/{dag_id}/pause")
    @TakesIdempotencyKey
    ResponseEntity<CommandView> pauseDag(
            Caller caller, @PathVariable("dag_id") String dagId, HttpServletRequest request)
            throws HttpMediaTypeNotSupportedException {
        return command(Target.DAG, dagId, caller, request, "paused on request", commands::pauseDag);
    }

    @PostMapping("/dags/{dag_id}/resume")
    @TakesIdempotencyKey
    ResponseEntity<CommandView> resumeDag(
            Caller caller, @PathVariable("dag_id") String dagId, HttpServletRequest request)
            throws HttpMediaTypeNotSupportedException {
        return command(Target.DAG, dagId, caller, request, "resumed on request", commands::resumeDag);
    }

    @GetMapping("/commands/{command_id}")
    CommandView command(Caller caller, @PathVariable("command_id") String commandId) {
        return Ids.parse(commandId)
                .flatMap(id -> commands.find(caller.tenant(), id))
                .map(CommandView::of)
                .orElseThrow(() -> NotFound.command(commandId));
    }

    @GetMapping("/commands")
    @TakesParameters({"dag_id", "task_id", "limit"})
    CommandList commands(Caller caller, HttpServletRequest request) {
        Parameters parameters = new Parameters(request);
        UUID dagId = parameters.id("dag_id");
        UUID taskId = parameters.id("task_id");
        int limit = parameters.limit();
        parameters.throwIfAnyIsWrong();
        if ((dagId == null) == (taskId == null)) {
            throw new ProblemException(ValidationError.ofParameter(
                    "dag_id", ProblemCode.INVALID_PARAMETER, "one of dag_id and task_id is needed"));
        }
        List<StoredCommand> found = dagId == null
                ? commands.ofTask(caller.tenant(), Objects.requireNonNull(taskId), limit)
                : commands.ofDag(caller.tenant(), dagId, limit);
        return new CommandList(found.stream().map(CommandView::of).toList());
    }

    private ResponseEntity<CommandView> command(
            Target target, String id, Caller caller, HttpServletRequest request, String standardReason, Give give)
            throws HttpMediaTypeNotSupportedException {
        UUID parsed = Ids.parse(id).orElseThrow(() -> target.notFound.apply(id));
        String reason = reason(request, standardReason);
        return switch (give.to(caller.tenant(), caller.principal(), parsed, reason)) {
            case CommandAnswer.Accepted accepted -> accepted(accepted.command());
            case CommandAnswer.NotFound _ -> throw target.notFound.apply(id);
            case CommandAnswer.Ended ended -> throw AlreadyEnded.problem(target.word, ended.status());
        };
    }

    private static ResponseEntity<CommandView> accepted(StoredCommand command) {
        return ResponseEntity.accepted()
                .location(URI.create("/v1/commands/" + command.commandId()))
                .body(CommandView.of(command));
    }

    private String reason(HttpServletRequest request, String standard) throws HttpMediaTypeNotSupportedException {
        try (Body body = bodies.readIfAny(request, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            ValidationErrors findings = new ValidationErrors();
            String reason = SUBMISSION.read(body.tree(), findings).text("reason");
            findings.throwIfAny();
            return reason == null ? standard : reason;
        }
    }

    /** One of the store's commands. */
    @FunctionalInterface
    private interface Give {
        CommandAnswer to(String tenant, String principal, UUID id, String reason);
    }

    private record Target(String word, Function<String, ProblemException> notFound) {
        static final Target TASK = new Target("task", NotFound::task);
        static final Target DAG = new Target("DAG", NotFound::dag);
    }
}
