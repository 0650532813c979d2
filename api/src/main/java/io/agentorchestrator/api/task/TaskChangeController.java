package io.agentorchestrator.api.task;

import io.agentorchestrator.api.body.Body;
import io.agentorchestrator.api.body.BodyFormat;
import io.agentorchestrator.api.body.BodyReader;
import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.caller.Ids;
import io.agentorchestrator.api.openapi.RequestSchema;
import io.agentorchestrator.api.problem.NotFound;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.api.submission.BudgetFields;
import io.agentorchestrator.store.budget.BudgetChanges;
import io.agentorchestrator.store.budget.BudgetChanges.NewLimits;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Changes of tasks that have not ended. */
@RestController
@RequestMapping(path = "/v1/tasks", produces = MediaType.APPLICATION_JSON_VALUE)
class TaskChangeController {
    private static final RequestSchema CHANGE = RequestSchema.named("TaskChange");

    private final BodyReader bodies;
    private final BudgetChanges budgets;
    private final TaskReadingController reading;

    TaskChangeController(BodyReader bodies, BudgetChanges budgets, TaskReadingController reading) {
        this.bodies = bodies;
        this.budgets = budgets;
        this.reading = reading;
    }

    @PatchMapping(path = "/{task_id}", consumes = MediaType.APPLICATION_JSON_VALUE)
    TaskView change(Caller caller, @PathVariable("task_id") String taskId, HttpServletRequest request) {
        NewLimits limits;
        try (Body body = bodies.read(request, BodyFormat.JSON, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            ValidationErrors findings = new ValidationErrors();
            Fields change = CHANGE.read(body.tree(), findings);
            limits = new NewLimits(
                    BudgetFields.microUsd(change, "cost_budget"), BudgetFields.tokens(change, "token_budget"));
            findings.throwIfAny();
        }
        UUID id = Ids.parse(taskId).orElseThrow(() -> NotFound.task(taskId));
        return switch (budgets.ofTask(caller.tenant(), id, limits)) {
            case CHANGED -> reading.task(caller, taskId, request);
            case NOT_FOUND -> throw NotFound.task(taskId);
            case ENDED ->
                throw new ProblemException(
                        ProblemCode.ALREADY_ENDED, "the task has ended: there is nothing left to change");
        };
    }
}
