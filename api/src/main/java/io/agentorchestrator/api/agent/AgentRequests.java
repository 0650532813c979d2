package io.agentorchestrator.api.agent;

import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.body.JsonDocument;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.problem.Findings;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.submission.TaskFieldsReader;
import io.agentorchestrator.store.address.AddressCheck;
import io.agentorchestrator.store.address.AgentAddress;
import io.agentorchestrator.store.address.InvalidAddressException;
import io.agentorchestrator.store.agent.AgentState;
import io.agentorchestrator.store.agent.Heartbeat;
import io.agentorchestrator.store.agent.NewAgent;
import io.agentorchestrator.workflows.model.Limits;
import java.math.BigDecimal;
import java.util.HashSet;
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
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.+-]{0,99}");
    private static final int MAX_ADDRESS_LENGTH = 300;
    private static final int MAX_TENANTS = 1_000;
    private static final BigDecimal MAX_COST_FACTOR = new BigDecimal("100000");

    private AgentRequests() {}

    static NewAgent registration(JsonNode tree, Caller caller, String newId, byte[] salt) {
        Findings findings = new Findings();
        Fields fields = document(tree, findings);
        String id = fields.text("agent_id", AGENT_ID, "an agent id (up to 100 letters, digits and any of _ . -)");
        List<String> types = types(fields);
        List<String> tenants = fields.texts("serves_tenants", MAX_TENANTS, Caller.TENANT, Caller.TENANT_DESCRIBED);
        String address = address(fields);
        Integer slots = fields.integer("max_concurrent_tasks", 1, Limits.MAX_SLOTS_PER_AGENT);
        BigDecimal cost = fields.number("cost_factor", BigDecimal.ZERO, MAX_COST_FACTOR);
        String version = fields.text("version", NAME, "a version (up to 100 letters, digits and any of _ . + -)");
        String region = fields.text("region", NAME, "a region (up to 100 letters, digits and any of _ . + -)");
        SortedMap<String, String> labels = fields.labels("labels");
        fields.finish();
        for (String required : List.of("agent_types", "address", "max_concurrent_tasks")) {
            if (!fields.has(required)) {
                fields.missing(required);
            }
        }
        findings.throwIfAny();
        return new NewAgent(
                id == null ? newId : id,
                caller.tenant(),
                caller.principal(),
                region == null ? caller.region() : region,
                version,
                JsonDocument.write(labels == null ? new TreeMap<>() : labels),
                types,
                tenants,
                Objects.requireNonNull(address, "address"),
                Objects.requireNonNull(slots, "max_concurrent_tasks"),
                cost == null ? BigDecimal.ZERO : cost,
                salt);
    }

    static Heartbeat heartbeat(JsonNode tree) {
        Findings findings = new Findings();
        Fields fields = document(tree, findings);
        Heartbeat heartbeat = new Heartbeat(
                fields.integer("active_tasks", 0, Limits.MAX_SLOTS_PER_AGENT),
                fields.integer("max_concurrent_tasks", 1, Limits.MAX_SLOTS_PER_AGENT),
                fields.oneOf("state", List.of(AgentState.READY, AgentState.DRAINING)));
        fields.finish();
        findings.throwIfAny();
        return heartbeat;
    }

    private static Fields document(JsonNode tree, Findings findings) {
        Fields fields = Fields.of(tree, "", findings);
        findings.throwIfAny();
        return Objects.requireNonNull(fields, "what is no object is a finding");
    }

    private static List<String> types(Fields fields) {
        List<String> types = fields.texts(
                "agent_types",
                Limits.MAX_TYPES_PER_AGENT,
                TaskFieldsReader.TASK_TYPE,
                TaskFieldsReader.TASK_TYPE_DESCRIBED);
        if (types == null) {
            return List.of();
        }
        JsonNode given = fields.any("agent_types");
        if (given != null && given.isEmpty()) {
            fields.add(ProblemCode.OUT_OF_RANGE, "agent_types", "at least one type is needed");
        }
        if (new HashSet<>(types).size() < types.size()) {
            fields.add(ProblemCode.INVALID_VALUE, "agent_types", "a type stands here twice");
        }
        return types;
    }

    private static @Nullable String address(Fields fields) {
        String text = fields.text("address", MAX_ADDRESS_LENGTH);
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
            Findings findings = new Findings();
            findings.add(ProblemCode.INVALID_VALUE, "/address", why);
            findings.throwIfAny();
        }
    }
}
