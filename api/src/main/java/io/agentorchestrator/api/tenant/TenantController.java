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
import io.agentorchestrator.store.tenant.StoredTenant;
import io.agentorchestrator.store.tenant.TenantLimits;
import io.agentorchestrator.store.tenant.TenantStore;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigDecimal;
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

    TenantController(BodyReader bodies, TenantStore store, LoadShedding shedding, CapacityRefresh limits) {
        this.bodies = bodies;
        this.store = store;
        this.shedding = shedding;
        this.limits = limits;
    }

    @GetMapping
    TenantList tenants(Caller caller) {
        return new TenantList(store.all().stream().map(this::view).toList());
    }

    /** Goes by the limits at once; other APIs do within seconds. */
    @PutMapping(path = "/{name}", consumes = MediaType.APPLICATION_JSON_VALUE)
    TenantView set(Caller caller, @PathVariable("name") String name, HttpServletRequest request) {
        if (!Caller.isTenant(name)) {
            throw new ProblemException(
                    ProblemCode.INVALID_VALUE,
                    "'%s' cannot be a tenant: %s".formatted(Shown.text(name), Caller.TENANT_RULE));
        }
        TenantLimits asked;
        try (Body body = bodies.read(request, BodyFormat.JSON, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            asked = read(body.tree());
        }
        StoredTenant stored = store.put(name, asked, caller.principal())
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.OUT_OF_RANGE,
                        "there are %,d tenants with limits, and may be no more".formatted(TenantStore.MAX_TENANTS)));
        limits.refresh();
        return view(stored);
    }

    private static TenantLimits read(JsonNode tree) {
        ValidationErrors findings = new ValidationErrors();
        Fields tenant = CHANGE.read(tree, findings);
        BigDecimal weight = tenant.number("weight");
        if (weight != null && weight.signum() > 0 && weight.compareTo(BigDecimal.ONE) != 0) {
            tenant.add(
                    ProblemCode.UNSUPPORTED_FIELD,
                    "weight",
                    "shares by weight are not built yet: every tenant has weight 1; leave the field out");
        }
        TenantLimits limits =
                new TenantLimits(tenant.integer("max_open_tasks"), tenant.integer("max_tasks_per_second"));
        findings.throwIfAny();
        return limits;
    }

    private TenantView view(StoredTenant tenant) {
        return TenantView.of(tenant, shedding.capacity(tenant.name()));
    }
}
