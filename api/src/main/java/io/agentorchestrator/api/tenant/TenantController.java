package io.agentorchestrator.api.tenant;

import io.agentorchestrator.api.body.Body;
import io.agentorchestrator.api.body.BodyFormat;
import io.agentorchestrator.api.body.BodyReader;
import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.openapi.RequestSchema;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.api.shedding.CapacityRefresh;
import io.agentorchestrator.api.shedding.LoadShedding;
import io.agentorchestrator.api.tenant.TenantAnswers.TenantList;
import io.agentorchestrator.api.tenant.TenantAnswers.TenantView;
import io.agentorchestrator.store.release.UseStore;
import io.agentorchestrator.store.tenant.StoredTenant;
import io.agentorchestrator.store.tenant.TenantLimits;
import io.agentorchestrator.store.tenant.TenantStore;
import io.agentorchestrator.workflows.release.FairShares;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Shares and limits of tenants. */
@RestController
@RequestMapping(path = "/v1/tenants", produces = MediaType.APPLICATION_JSON_VALUE)
class TenantController {
    private static final RequestSchema CHANGE = RequestSchema.named("TenantChange");

    private final BodyReader bodies;
    private final TenantStore store;
    private final LoadShedding shedding;
    private final CapacityRefresh limits;
    private final UseStore uses;

    TenantController(
            BodyReader bodies, TenantStore store, LoadShedding shedding, CapacityRefresh limits, UseStore uses) {
        this.uses = uses;
        this.bodies = bodies;
        this.store = store;
        this.shedding = shedding;
        this.limits = limits;
    }

    @GetMapping
    TenantList tenants(Caller caller) {
        return new TenantList(views(store.all()));
    }

    /** Goes by the limits at once; other APIs do within seconds. */
    @PutMapping(path = "/{name}", consumes = MediaType.APPLICATION_JSON_VALUE)
    TenantView set(Caller caller, @PathVariable("name") String name, HttpServletRequest request) {
        if (!Caller.isTenant(name)) {
            throw new ProblemException(
                    ProblemCode.INVALID_VALUE,
                    "'%s' cannot be a tenant: %s".formatted(Shown.text(name), Caller.TENANT_RULE));
        }
        Asked asked;
        try (Body body = bodies.read(request, BodyFormat.JSON, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            asked = read(body.tree());
        }
        StoredTenant stored = store.put(name, asked.weight(), asked.limits(), caller.principal())
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.OUT_OF_RANGE,
                        "there are %,d tenants with limits, and may be no more".formatted(TenantStore.MAX_TENANTS)));
        limits.refresh();
        return views(List.of(stored)).getFirst().changed();
    }

    private record Asked(double weight, TenantLimits limits) {}

    private static Asked read(JsonNode tree) {
        ValidationErrors findings = new ValidationErrors();
        Fields tenant = CHANGE.read(tree, findings);
        BigDecimal weight = tenant.number("weight");
        TenantLimits limits =
                new TenantLimits(tenant.integer("max_open_tasks"), tenant.integer("max_tasks_per_second"));
        findings.throwIfAny();
        return new Asked(weight == null ? FairShares.STANDARD_WEIGHT : weight.doubleValue(), limits);
    }

    private List<TenantView> views(List<StoredTenant> tenants) {
        Map<String, Double> used =
                uses.uses(tenants.stream().map(StoredTenant::name).toList());
        return tenants.stream()
                .map(tenant ->
                        TenantView.of(tenant, used.getOrDefault(tenant.name(), 0.0), shedding.capacity(tenant.name())))
                .toList();
    }
}
