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
import io.agentorchestrator.store.agent.AgentRegistry;
import io.agentorchestrator.store.agent.AgentState;
import io.agentorchestrator.store.agent.NewAgent;
import io.agentorchestrator.workflows.model.Uuid7;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
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
@EnableConfigurationProperties(AgentProperties.class)
@Tag(name = "agents")
class AgentController {
    static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(5);

    private final BodyReader bodies;
    private final AgentRegistry registry;
    private final Uuid7 ids;
    private final @Nullable String enrolmentToken;

    AgentController(BodyReader bodies, AgentRegistry registry, Uuid7 ids, AgentProperties properties) {
        this.bodies = bodies;
        this.registry = registry;
        this.ids = ids;
        String token = properties.enrolmentToken();
        this.enrolmentToken = token == null || token.isBlank() ? null : token;
    }

    @Operation(
            operationId = "registerAgent",
            summary = "Registers an agent and gives it a credential; with its credential, anew.")
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<EnrolledAgent> register(Caller caller, HttpServletRequest request) {
        String presented = Credentials.presented(request.getHeader(HttpHeaders.AUTHORIZATION))
                .orElse(null);
        try (Body body = bodies.read(request, BodyFormat.JSON, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            String credential = Credentials.make();
            NewAgent agent = AgentRequests.registration(
                    body.tree(), caller, ids.next().toString(), Credentials.sha256(credential));
            checkMayEnrol(agent.agentId(), presented);
            byte[] presentedSha256 = presented == null ? null : Credentials.sha256(presented);
            if (!registry.register(agent, presentedSha256)) {
                throw new ProblemException(
                        ProblemCode.AGENT_EXISTS,
                        "the agent '%s' is registered already; present its credential to register it anew, or take another id"
                                .formatted(agent.agentId()));
            }
            return ResponseEntity.created(URI.create("/v1/agents/" + agent.agentId()))
                    .body(new EnrolledAgent(
                            agent.agentId(),
                            credential,
                            HEARTBEAT_INTERVAL,
                            AgentRegistry.LOST_AFTER,
                            AgentState.READY));
        }
    }

    /** With the enrolment token, or as an agent that is registered already. */
    private void checkMayEnrol(String agentId, @Nullable String presented) {
        String token = enrolmentToken;
        if (token == null || (presented != null && Credentials.matches(presented, Credentials.sha256(token)))) {
            return;
        }
        if (presented == null
                || registry.credentialSha256(agentId)
                        .filter(known -> Credentials.matches(presented, known))
                        .isEmpty()) {
            throw new ProblemException(
                    ProblemCode.UNAUTHORIZED, "registering an agent needs the enrolment token as a Bearer token");
        }
    }

    @Operation(operationId = "heartbeat", summary = "An agent says that it is alive, and how busy it is.")
    @PutMapping(path = "/{agent_id}/heartbeat", consumes = MediaType.APPLICATION_JSON_VALUE)
    HeartbeatAnswer heartbeat(Caller caller, @PathVariable("agent_id") String agentId, HttpServletRequest request) {
        authenticate(agentId, request);
        try (Body body = bodies.read(request, BodyFormat.JSON, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            return registry.heartbeat(agentId, AgentRequests.heartbeat(body.tree()))
                    .map(state -> new HeartbeatAnswer(state, HEARTBEAT_INTERVAL))
                    .orElseThrow(() -> notFound(agentId));
        }
    }

    @Operation(
            operationId = "removeAgent",
            summary = "Removes an agent from the registry: the agent itself, or whoever finds it LOST.")
    @DeleteMapping("/{agent_id}")
    ResponseEntity<Void> remove(Caller caller, @PathVariable("agent_id") String agentId, HttpServletRequest request) {
        boolean byItself = request.getHeader(HttpHeaders.AUTHORIZATION) != null;
        if (byItself || !registry.removeLost(caller.tenant(), agentId)) {
            authenticate(agentId, request);
            if (!registry.remove(agentId)) {
                throw notFound(agentId);
            }
        }
        return ResponseEntity.noContent().build();
    }

    @Operation(
            operationId = "listAgents",
            summary = "The agents that may work for the tenant, live ones first, then the newest; 10,000 at most.")
    @GetMapping
    AgentList agents(Caller caller) {
        return new AgentList(
                registry.list(caller.tenant()).stream().map(AgentView::of).toList());
    }

    private void authenticate(String agentId, HttpServletRequest request) {
        if (!AgentRequests.AGENT_ID.matcher(agentId).matches()) {
            throw notFound(agentId);
        }
        byte[] known = registry.credentialSha256(agentId).orElseThrow(() -> notFound(agentId));
        boolean proven = Credentials.presented(request.getHeader(HttpHeaders.AUTHORIZATION))
                .filter(credential -> Credentials.matches(credential, known))
                .isPresent();
        if (!proven) {
            throw new ProblemException(
                    ProblemCode.UNAUTHORIZED, "the agent's own credential is needed as a Bearer token");
        }
    }

    private static ProblemException notFound(String agentId) {
        return new ProblemException(
                ProblemCode.AGENT_NOT_FOUND, "there is no agent '%s'; it has to register".formatted(agentId));
    }
}
