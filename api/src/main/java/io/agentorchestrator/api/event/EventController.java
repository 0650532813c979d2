package io.agentorchestrator.api.event;

import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.caller.Ids;
import io.agentorchestrator.api.problem.NotFound;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.api.problem.ValidationError;
import io.agentorchestrator.store.event.EventReader;
import io.agentorchestrator.store.event.EventReader.Position;
import io.agentorchestrator.store.reading.DagReader;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Streams of events. Each goes on until the client leaves; the id of the last event is where the next one goes on. */
@RestController
@RequestMapping(path = "/v1", produces = EventStream.MEDIA_TYPE)
class EventController {
    private static final String LAST_EVENT_ID = "Last-Event-ID";

    private final EventReader events;
    private final EventStream stream;
    private final DagReader dags;

    EventController(EventReader events, EventStream stream, DagReader dags) {
        this.events = events;
        this.stream = stream;
        this.dags = dags;
    }

    @GetMapping("/events")
    void events(Caller caller, HttpServletRequest request, HttpServletResponse response) {
        Position seen = lastSeen(request);
        write(caller, null, seen == null ? events.now() : seen, request, response);
    }

    @GetMapping("/dags/{dag_id}/events")
    void dagEvents(
            Caller caller,
            @PathVariable("dag_id") String dagId,
            HttpServletRequest request,
            HttpServletResponse response) {
        UUID id = Ids.parse(dagId)
                .filter(parsed -> exists(caller.tenant(), parsed))
                .orElseThrow(() -> NotFound.dag(dagId));
        Position seen = lastSeen(request);
        write(caller, id, seen == null ? events.beginning() : seen, request, response);
    }

    /** Mostly its first event says so; that of a DAG accepted a moment ago may not be visible yet. */
    private boolean exists(String tenant, UUID dagId) {
        return !events.after(tenant, dagId, events.beginning(), 1).isEmpty()
                || dags.find(tenant, dagId).isPresent();
    }

    private @Nullable Position lastSeen(HttpServletRequest request) {
        String header = request.getHeader(LAST_EVENT_ID);
        if (header == null || header.isBlank()) {
            // What a browser sends that has seen no event with an id.
            return null;
        }
        Position position = Position.parse(header)
                .orElseThrow(() -> invalid("it is the id of an event, not '%s'".formatted(Shown.text(header))));
        if (position.xid() > events.horizon()) {
            throw invalid(
                    "'%s' has not been reached yet: the store was restored to an earlier time, perhaps; begin without it"
                            .formatted(header));
        }
        return position;
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(ValidationError.ofHeader(LAST_EVENT_ID, ProblemCode.INVALID_HEADER, message));
    }

    private void write(
            Caller caller,
            @Nullable UUID runId,
            Position after,
            HttpServletRequest request,
            HttpServletResponse response) {
        if (request.getMethod().equals(HttpMethod.HEAD.name())) {
            response.setContentType(EventStream.MEDIA_TYPE);
            return;
        }
        stream.write(caller.tenant(), runId, after, response);
    }
}
