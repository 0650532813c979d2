package io.agentorchestrator.api.budget;

import io.agentorchestrator.api.body.Body;
import io.agentorchestrator.api.body.BodyFormat;
import io.agentorchestrator.api.body.BodyReader;
import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.budget.BudgetAnswers.BudgetList;
import io.agentorchestrator.api.budget.BudgetAnswers.BudgetView;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.openapi.RequestSchema;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.api.submission.BudgetFields;
import io.agentorchestrator.store.budget.PeriodBudget;
import io.agentorchestrator.store.budget.PeriodBudget.Period;
import io.agentorchestrator.store.budget.PeriodBudgetStore;
import io.agentorchestrator.workflows.model.Priority;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Budgets of a tenant, and the installation's, for each hour or day. */
@RestController
@RequestMapping(path = "/v1/budgets", produces = MediaType.APPLICATION_JSON_VALUE)
class BudgetController {
    private static final RequestSchema CHANGE = RequestSchema.named("BudgetChange");
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    private final BodyReader bodies;
    private final PeriodBudgetStore store;

    BudgetController(BodyReader bodies, PeriodBudgetStore store) {
        this.bodies = bodies;
        this.store = store;
    }

    @GetMapping
    BudgetList budgets(Caller caller) {
        return new BudgetList(
                store.list(caller.tenant()).stream().map(BudgetView::of).toList());
    }

    @PutMapping(path = "/{name}", consumes = MediaType.APPLICATION_JSON_VALUE)
    BudgetView set(Caller caller, @PathVariable("name") String name, HttpServletRequest request) {
        if (!NAME.matcher(name).matches()) {
            throw new ProblemException(
                    ProblemCode.INVALID_VALUE,
                    "'%s' cannot be a budget's name: up to 63 lower-case letters, digits and any of _ -, beginning with a letter or digit"
                            .formatted(Shown.text(name)));
        }
        PeriodBudget budget;
        try (Body body = bodies.read(request, BodyFormat.JSON, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            budget = read(name, body.tree(), caller.principal());
        }
        if (!store.set(caller.tenant(), budget)) {
            throw new ProblemException(
                    ProblemCode.OUT_OF_RANGE,
                    "the tenant has %d budgets, and may have no more; delete one"
                            .formatted(PeriodBudgetStore.MAX_OF_TENANT));
        }
        return store.find(caller.tenant(), name).map(BudgetView::ofChanged).orElseThrow(() -> unknown(name));
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(Caller caller, @PathVariable("name") String name) {
        if (!store.remove(caller.tenant(), name)) {
            throw unknown(name);
        }
    }

    private static ProblemException unknown(String name) {
        return new ProblemException(
                ProblemCode.BUDGET_NOT_FOUND, "there is no budget '%s'".formatted(Shown.text(name)));
    }

    private static PeriodBudget read(String name, JsonNode tree, String principal) {
        ValidationErrors findings = new ValidationErrors();
        Fields budget = CHANGE.read(tree, findings);
        Duration length = budget.duration("period", Duration.ofHours(1), Duration.ofDays(1));
        Optional<Period> period = length == null ? Optional.empty() : Period.of(length);
        if (length != null && period.isEmpty()) {
            budget.add(ProblemCode.OUT_OF_RANGE, "period", "a budget is for PT1H or P1D, not " + length);
        }
        Long cost = BudgetFields.microUsd(budget, "cost_usd");
        Long tokens = BudgetFields.tokens(budget, "tokens");
        if (!budget.has("cost_usd") && !budget.has("tokens")) {
            budget.add(ProblemCode.INVALID_VALUE, "cost_usd", "'cost_usd', 'tokens' or both are needed");
        }
        List<Priority> heldBack = heldBack(budget);
        findings.throwIfAny();
        return new PeriodBudget(name, period.orElseThrow(), cost, tokens, heldBack, Instant.now(), principal);
    }

    private static List<Priority> heldBack(Fields budget) {
        List<String> texts = budget.texts("priorities_held_back_first");
        if (texts == null) {
            return PeriodBudget.HELD_BACK_FIRST;
        }
        List<Priority> priorities = new ArrayList<>();
        for (int at = 0; at < texts.size(); at++) {
            String text = texts.get(at);
            Arrays.stream(Priority.values())
                    .filter(priority -> priority.name().equals(text))
                    .findFirst()
                    .ifPresent(priorities::add);
        }
        return priorities.stream().distinct().toList();
    }
}
