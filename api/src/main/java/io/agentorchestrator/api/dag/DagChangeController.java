package io.agentorchestrator.api.dag;

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

/** Changes of DAGs that have not ended. */
@RestController
@RequestMapping(path = "/v1/dags", produces = MediaType.APPLICATION_JSON_VALUE)
class DagChangeController {
    private static final RequestSchema CHANGE = RequestSchema.named("DagChange");

    private final BodyReader bodies;
    private final BudgetChanges budgets;
    private final DagReadingController reading;

    DagChangeController(BodyReader bodies, BudgetChanges budgets, DagReadingController reading) {
        this.bodies = bodies;
        this.budgets = budgets;
        this.reading = reading;
    }

    @PatchMapping(path = "/{dag_id}", consumes = MediaType.APPLICATION_JSON_VALUE)
    DagView change(Caller caller, @PathVariable("dag_id") String dagId, HttpServletRequest request) {
        NewLimits limits;
        try (Body body = bodies.read(request, BodyFormat.JSON, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            ValidationErrors findings = new ValidationErrors();
            Fields change = CHANGE.read(body.tree(), findings);
            limits = new NewLimits(
                    BudgetFields.microUsd(change, "cost_budget"), BudgetFields.tokens(change, "token_budget"));
            findings.throwIfAny();
        }
        UUID id = Ids.parse(dagId).orElseThrow(() -> NotFound.dag(dagId));
        return switch (budgets.ofDag(caller.tenant(), caller.principal(), id, limits)) {
            case CHANGED -> reading.dag(caller, dagId, request);
            case NOT_FOUND -> throw NotFound.dag(dagId);
            case ENDED ->
                throw new ProblemException(
                        ProblemCode.ALREADY_ENDED, "the DAG has ended: there is nothing left to change");
        };
    }
}
