package io.agentorchestrator.api.agent;

import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.body.JsonDocument;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.openapi.RequestSchema;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.store.address.AddressCheck;
import io.agentorchestrator.store.address.AgentAddress;
import io.agentorchestrator.store.address.InvalidAddressException;
import io.agentorchestrator.store.agent.AgentState;
import io.agentorchestrator.store.agent.Heartbeat;
import io.agentorchestrator.store.agent.NewAgent;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what agents send. Each method throws a problem that tells all that is wrong. */
final class AgentRequests {
    static final Pattern AGENT_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,99}");
    private static final RequestSchema REGISTRATION = RequestSchema.named("AgentRegistration");
    private static final RequestSchema HEARTBEAT = RequestSchema.named("Heartbeat");

    private AgentRequests() {}

    static NewAgent registration(JsonNode tree, Caller caller, String newId, byte[] salt) {
        ValidationErrors findings = new ValidationErrors();
        Fields fields = REGISTRATION.read(tree, findings);
        String id = fields.text("agent_id");
        List<String> types = fields.texts("agent_types");
        List<String> tenants = fields.texts("serves_tenants");
        String address = address(fields);
        Integer slots = fields.integer("max_concurrent_tasks");
        BigDecimal cost = fields.number("cost_factor");
        String version = fields.text("version");
        String region = fields.text("region");
        SortedMap<String, String> labels = fields.labels("labels");
        findings.throwIfAny();
        return new NewAgent(
                id == null ? newId : id,
                caller.tenant(),
                caller.principal(),
                region == null ? caller.region() : region,
                version,
                JsonDocument.write(labels == null ? new TreeMap<>() : labels),
                Objects.requireNonNull(types, "agent_types"),
                tenants,
                Objects.requireNonNull(address, "address"),
                Objects.requireNonNull(slots, "max_concurrent_tasks"),
                cost == null ? BigDecimal.ZERO : cost,
                salt);
    }

    static Heartbeat heartbeat(JsonNode tree) {
        ValidationErrors findings = new ValidationErrors();
        Fields fields = HEARTBEAT.read(tree, findings);
        findings.throwIfAny();
        return new Heartbeat(
                fields.integer("active_tasks"),
                fields.integer("max_concurrent_tasks"),
                fields.oneOf("state", AgentState.class));
    }

    private static @Nullable String address(Fields fields) {
        String text = fields.text("address");
        if (text == null) {
            return null;
        }
        try {
            AgentAddress _ = AgentAddress.parse(text);
        } catch (InvalidAddressException e) {
            fields.add(
                    e.isPortOutOfRange() ? ProblemCode.OUT_OF_RANGE : ProblemCode.INVALID_VALUE,
                    "address",
                    String.valueOf(e.getMessage()));
        }
        return text;
    }

    /**
     * Checks where the agent says it is. That may ask a name server, so it comes after who asks is known. A name that is not known here may be known
     * to workers, or later.
     */
    static void checkPlace(NewAgent agent, AddressCheck addresses) {
        if (addresses.of(AgentAddress.parse(agent.address())) instanceof AddressCheck.Answer.Forbidden(String why)) {
            ValidationErrors findings = new ValidationErrors();
            findings.add(ProblemCode.INVALID_VALUE, "/address", why);
            findings.throwIfAny();
        }
    }
}
