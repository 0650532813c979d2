package io.agentorchestrator.api.agent;

import io.agentorchestrator.api.agent.AgentAnswers.DrainedAgentView;
import io.agentorchestrator.api.body.Body;
import io.agentorchestrator.api.body.BodyReader;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.openapi.RequestSchema;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.store.agent.AgentDrains;
import io.agentorchestrator.store.agent.AgentDrains.DrainedAgent;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Takes agents out of service and back, on an operator's word. Repeating either changes nothing. */
@RestController
@RequestMapping(path = "/v1/agents/{agent_id}", produces = MediaType.APPLICATION_JSON_VALUE)
class AgentDrainController {
    private static final RequestSchema SUBMISSION = RequestSchema.named("AgentCommandSubmission");

    private final BodyReader bodies;
    private final AgentDrains drains;

    AgentDrainController(BodyReader bodies, AgentDrains drains) {
        this.bodies = bodies;
        this.drains = drains;
    }

    @PostMapping("/drain")
    ResponseEntity<DrainedAgentView> drain(
            Caller caller, @PathVariable("agent_id") String agentId, HttpServletRequest request)
            throws HttpMediaTypeNotSupportedException {
        checkBody(request);
        return accepted(agentId, drains.drain(caller.tenant(), agentId, caller.principal()));
    }

    @PostMapping("/resume")
    ResponseEntity<DrainedAgentView> resume(
            Caller caller, @PathVariable("agent_id") String agentId, HttpServletRequest request)
            throws HttpMediaTypeNotSupportedException {
        checkBody(request);
        return accepted(agentId, drains.resume(caller.tenant(), agentId));
    }

    private static ResponseEntity<DrainedAgentView> accepted(String agentId, Optional<DrainedAgent> agent) {
        return ResponseEntity.accepted()
                .body(agent.map(DrainedAgentView::of).orElseThrow(() -> AgentController.notFound(agentId)));
    }

    private void checkBody(HttpServletRequest request) throws HttpMediaTypeNotSupportedException {
        try (Body body = bodies.readIfAny(request, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            ValidationErrors findings = new ValidationErrors();
            SUBMISSION.read(body.tree(), findings);
            findings.throwIfAny();
        }
    }
}
