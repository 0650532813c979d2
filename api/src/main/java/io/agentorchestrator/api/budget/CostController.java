package io.agentorchestrator.api.budget;

import io.agentorchestrator.api.budget.BudgetAnswers.CostList;
import io.agentorchestrator.api.budget.BudgetAnswers.CostRow;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.caller.Parameters;
import io.agentorchestrator.api.caller.TakesParameters;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.api.problem.StoreFailure;
import io.agentorchestrator.api.problem.ValidationError;
import io.agentorchestrator.store.budget.CostStore;
import io.agentorchestrator.store.budget.CostStore.Costs;
import io.agentorchestrator.store.budget.CostStore.Group;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Reading of what was spent, and what is set apart. */
@RestController
@RequestMapping(path = "/v1/costs", produces = MediaType.APPLICATION_JSON_VALUE)
class CostController {
    private static final Duration USUAL = Duration.ofDays(30);
    private static final Map<String, Group> GROUPS = Map.of(
            "tenant", Group.TENANT,
            "task_type", Group.TASK_TYPE,
            "agent_type", Group.AGENT_TYPE,
            "dag", Group.DAG,
            "day", Group.DAY);

    private final CostStore store;
    private final Clock clock;

    CostController(CostStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** By tenant, of all tenants; otherwise of the caller's. */
    @GetMapping
    @TakesParameters({"from", "to", "group_by"})
    CostList costs(Caller caller, HttpServletRequest request) {
        Parameters parameters = new Parameters(request);
        String begin = parameters.text("from");
        String end = parameters.text("to");
        String by = parameters.text("group_by");
        parameters.throwIfAnyIsWrong();
        Instant to = end == null ? clock.instant().plusSeconds(1) : time("to", end);
        Instant from = begin == null ? to.minus(USUAL) : time("from", begin);
        if (!from.isBefore(to)) {
            throw wrong("from", "it is before 'to', " + to + "; this is " + from);
        }
        Set<Group> groups = groups(by);
        String tenant = groups.contains(Group.TENANT) ? null : caller.tenant();
        Costs costs = costs(tenant, from, to, groups);
        return new CostList(
                from, to, costs.rows().stream().map(CostRow::of).toList(), costs.truncated() ? Boolean.TRUE : null);
    }

    private Costs costs(@Nullable String tenant, Instant from, Instant to, Set<Group> groups) {
        try {
            return store.costs(tenant, from, to, groups);
        } catch (DataAccessException e) {
            if (StoreFailure.of(e) != StoreFailure.TIMED_OUT) {
                throw e;
            }
            throw new ProblemException(
                    ProblemCode.STORE_TIMEOUT,
                    "there is more to sum up than the time for it allows: ask for less time by 'from' and 'to'"
                            + (groups.contains(Group.DAG)
                                    ? ", or without 'dag' in 'group_by', for which each dispatch is read"
                                    : ""));
        }
    }

    private static Set<Group> groups(@Nullable String by) {
        Set<Group> groups = EnumSet.noneOf(Group.class);
        for (String name : by == null ? List.<String>of() : List.of(by.split(",", -1))) {
            Group group = GROUPS.get(name);
            if (group == null) {
                throw wrong(
                        "group_by",
                        "any of tenant, task_type, agent_type, dag and day are allowed, joined by commas; not '%s'"
                                .formatted(Shown.text(name)));
            }
            groups.add(group);
        }
        return groups;
    }

    private static Instant time(String name, String text) {
        try {
            return text.length() == "2026-01-01".length()
                    ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException _) {
            throw wrong(
                    name,
                    "a day such as 2026-11-30 or a time such as 2026-11-30T12:00:00Z is needed, not '%s'"
                            .formatted(Shown.text(text)));
        }
    }

    private static ProblemException wrong(String name, String message) {
        return new ProblemException(ValidationError.ofParameter(name, ProblemCode.INVALID_PARAMETER, message));
    }
}
