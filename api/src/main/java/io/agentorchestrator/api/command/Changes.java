package io.agentorchestrator.api.command;

import io.agentorchestrator.api.body.Body;
import io.agentorchestrator.api.body.BodyFormat;
import io.agentorchestrator.api.body.BodyReader;
import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.caller.Ids;
import io.agentorchestrator.api.openapi.RequestSchema;
import io.agentorchestrator.api.problem.NotFound;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.api.submission.BudgetFields;
import io.agentorchestrator.store.budget.BudgetChanges;
import io.agentorchestrator.store.budget.BudgetChanges.NewLimits;
import io.agentorchestrator.store.command.ChangeStore;
import io.agentorchestrator.store.command.ChangeStore.Change;
import io.agentorchestrator.store.command.ChangeStore.Changed;
import io.agentorchestrator.store.command.ChangeStore.ChangedByLabel;
import io.agentorchestrator.workflows.model.Priority;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.Objects;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Reads changes of tasks and DAGs that have not ended, and has them made. Thread-safe. */
@Component
public final class Changes {
    private static final RequestSchema CHANGE = RequestSchema.named("Change");
    private static final RequestSchema BY_LABEL = RequestSchema.named("PriorityByLabel");

    private final BodyReader bodies;
    private final ChangeStore store;
    private final BudgetChanges budgets;
    private final Clock clock;

    Changes(BodyReader bodies, ChangeStore store, BudgetChanges budgets, Clock clock) {
        this.bodies = bodies;
        this.store = store;
        this.budgets = budgets;
        this.clock = clock;
    }

    /** Changes a task; a problem says why not. */
    public void task(Caller caller, String id, HttpServletRequest request) {
        Wanted wanted = read(request);
        UUID task = Ids.parse(id).orElseThrow(() -> NotFound.task(id));
        Changed changed = wanted.limits().isEmpty()
                ? store.task(caller.tenant(), task, wanted.change())
                : budgets.ofTask(caller.tenant(), caller.principal(), task, wanted.change(), wanted.limits());
        answer(changed, "task", NotFound.task(id));
    }

    /** Changes a DAG and its tasks; a problem says why not. */
    public void dag(Caller caller, String id, HttpServletRequest request) {
        Wanted wanted = read(request);
        UUID dag = Ids.parse(id).orElseThrow(() -> NotFound.dag(id));
        Changed changed = wanted.limits().isEmpty()
                ? store.dag(caller.tenant(), dag, wanted.change())
                : budgets.ofDag(caller.tenant(), caller.principal(), dag, wanted.change(), wanted.limits());
        answer(changed, "DAG", NotFound.dag(id));
    }

    /** Gives tasks of a label a priority. */
    public ChangedByLabel byLabel(Caller caller, HttpServletRequest request) {
        try (Body body = bodies.read(request, BodyFormat.JSON, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            ValidationErrors findings = new ValidationErrors();
            Fields fields = BY_LABEL.read(body.tree(), findings);
            String label = fields.text("label");
            Priority priority = fields.oneOf("priority", Priority.class);
            findings.throwIfAny();
            return store.byLabel(caller.tenant(), Objects.requireNonNull(label), Objects.requireNonNull(priority));
        }
    }

    private Wanted read(HttpServletRequest request) {
        try (Body body = bodies.read(request, BodyFormat.JSON, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            ValidationErrors findings = new ValidationErrors();
            Fields fields = CHANGE.read(body.tree(), findings);
            Wanted wanted = new Wanted(
                    new Change(fields.oneOf("priority", Priority.class), fields.timeAfter("deadline", clock.instant())),
                    new NewLimits(
                            BudgetFields.microUsd(fields, "cost_budget"), BudgetFields.tokens(fields, "token_budget")));
            findings.throwIfAny();
            return wanted;
        }
    }

    private static void answer(Changed changed, String word, ProblemException notFound) {
        switch (changed) {
            case Changed.Done _ -> {}
            case Changed.NotFound _ -> throw notFound;
            case Changed.Ended ended -> throw AlreadyEnded.problem(word, ended.status());
            case Changed.BelowSpent(Long microUsd, Long tokens) ->
                throw BudgetFields.belowSpent(
                        microUsd,
                        tokens,
                        "give as much or more, which lets nothing more be spent; or cancel the %s to stop what runs"
                                .formatted(word));
        }
    }

    private record Wanted(Change change, NewLimits limits) {}
}
