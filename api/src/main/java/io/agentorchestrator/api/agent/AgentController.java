package io.agentorchestrator.api.agent;

import io.agentorchestrator.api.agent.AgentAnswers.AgentList;
import io.agentorchestrator.api.agent.AgentAnswers.AgentView;
import io.agentorchestrator.api.agent.AgentAnswers.EnrolledAgent;
import io.agentorchestrator.api.agent.AgentAnswers.HeartbeatAnswer;
import io.agentorchestrator.api.body.Body;
import io.agentorchestrator.api.body.BodyFormat;
import io.agentorchestrator.api.body.BodyReader;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.store.address.AddressCheck;
import io.agentorchestrator.store.agent.AgentConnection;
import io.agentorchestrator.store.agent.AgentConnectionStore;
import io.agentorchestrator.store.agent.AgentCredentials;
import io.agentorchestrator.store.agent.AgentRegistry;
import io.agentorchestrator.store.agent.AgentState;
import io.agentorchestrator.store.agent.NewAgent;
import io.agentorchestrator.workflows.model.Uuid7;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The registry of agents. */
@RestController
@RequestMapping(path = "/v1/agents", produces = MediaType.APPLICATION_JSON_VALUE)
class AgentController {
    static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(5);

    private final BodyReader bodies;
    private final AgentRegistry registry;
    private final AgentConnectionStore connections;
    private final AgentCredentials credentials;
    private final Enrolment enrolment;
    private final AddressCheck addresses;
    private final Uuid7 ids;

    AgentController(
            BodyReader bodies,
            AgentRegistry registry,
            AgentConnectionStore connections,
            AgentCredentials credentials,
            Enrolment enrolment,
            AddressCheck addresses,
            Uuid7 ids) {
        this.bodies = bodies;
        this.registry = registry;
        this.connections = connections;
        this.credentials = credentials;
        this.enrolment = enrolment;
        this.addresses = addresses;
        this.ids = ids;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<EnrolledAgent> register(Caller caller, HttpServletRequest request) {
        String presented = Credentials.presented(request.getHeader(HttpHeaders.AUTHORIZATION))
                .orElse(null);
        try (Body body = bodies.read(request, BodyFormat.JSON, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            byte[] salt = AgentCredentials.newSalt();
            NewAgent agent =
                    AgentRequests.registration(body.tree(), caller, ids.next().toString(), salt);
            byte[] proven = provenSalt(agent.agentId(), presented);
            if (proven == null && !enrolment.admits(presented)) {
                throw new ProblemException(
                        ProblemCode.UNAUTHORIZED,
                        "registering an agent needs the enrolment token as a Bearer token; agents of this product take it from ORCHESTRATOR_AGENT_ENROLMENT_TOKEN");
            }
            AgentRequests.checkPlace(agent, addresses);
            AgentState state = registry.register(agent, proven)
                    .orElseThrow(() -> new ProblemException(
                            ProblemCode.AGENT_EXISTS,
                            "the agent '%s' is registered already; present its credential to register it anew, or take another id"
                                    .formatted(agent.agentId())));
            return ResponseEntity.created(URI.create("/v1/agents/" + agent.agentId()))
                    .body(new EnrolledAgent(
                            agent.agentId(),
                            credentials.credential(agent.agentId(), salt),
                            HEARTBEAT_INTERVAL,
                            AgentRegistry.LOST_AFTER,
                            state));
        }
    }

    /** The salt of the agent's credential, if it is registered and this is it; null if not. */
    private byte @Nullable [] provenSalt(String agentId, @Nullable String presented) {
        return presented == null
                ? null
                : registry.credentialSalt(agentId)
                        .filter(salt -> credentials.isCredential(presented, agentId, salt))
                        .orElse(null);
    }

    @PutMapping(path = "/{agent_id}/heartbeat", consumes = MediaType.APPLICATION_JSON_VALUE)
    HeartbeatAnswer heartbeat(Caller caller, @PathVariable("agent_id") String agentId, HttpServletRequest request) {
        authenticate(agentId, request, "the agent's own credential is needed as a Bearer token");
        try (Body body = bodies.read(request, BodyFormat.JSON, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            return registry.heartbeat(agentId, AgentRequests.heartbeat(body.tree()))
                    .map(state -> new HeartbeatAnswer(state, HEARTBEAT_INTERVAL))
                    .orElseThrow(() -> notFound(agentId));
        }
    }

    @DeleteMapping("/{agent_id}")
    ResponseEntity<Void> remove(Caller caller, @PathVariable("agent_id") String agentId, HttpServletRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        boolean mayRemoveLost = enrolment.token() == null
                ? authorization == null
                : enrolment.admits(Credentials.presented(authorization).orElse(null));
        if (mayRemoveLost) {
            removeLost(caller.tenant(), agentId);
        } else {
            authenticate(
                    agentId,
                    request,
                    "removing an agent needs its own credential or, once it is lost, the enrolment token as a Bearer token");
            if (!registry.remove(agentId)) {
                throw notFound(agentId);
            }
        }
        return ResponseEntity.noContent().build();
    }

    private void removeLost(String tenant, String agentId) {
        switch (registry.removeLost(tenant, agentId)) {
            case REMOVED -> {}
            case UNKNOWN -> throw notFound(agentId);
            case ALIVE ->
                throw new ProblemException(
                        ProblemCode.AGENT_ALIVE,
                        "the agent '%s' is not lost, and would register anew: drain it, and stop it where it runs once it has nothing left; it then leaves by itself"
                                .formatted(Shown.text(agentId)));
        }
    }

    @GetMapping
    AgentList agents(Caller caller) {
        Map<String, AgentConnection> found = connections.byAgent();
        return new AgentList(registry.list(caller.tenant()).stream()
                .map(agent -> AgentView.of(agent, found.get(agent.agentId())))
                .toList());
    }

    private void authenticate(String agentId, HttpServletRequest request, String otherwise) {
        if (!AgentRequests.AGENT_ID.matcher(agentId).matches()) {
            throw notFound(agentId);
        }
        byte[] salt = registry.credentialSalt(agentId).orElseThrow(() -> notFound(agentId));
        boolean proven = Credentials.presented(request.getHeader(HttpHeaders.AUTHORIZATION))
                .filter(presented -> credentials.isCredential(presented, agentId, salt))
                .isPresent();
        if (!proven) {
            throw new ProblemException(ProblemCode.UNAUTHORIZED, otherwise);
        }
    }

    static ProblemException notFound(String agentId) {
        return new ProblemException(
                ProblemCode.AGENT_NOT_FOUND,
                "there is no agent '%s': it has not registered, or was removed".formatted(Shown.text(agentId)));
    }
}
