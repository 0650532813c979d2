package io.agentorchestrator.api.limit;

import io.agentorchestrator.api.body.Body;
import io.agentorchestrator.api.body.BodyFormat;
import io.agentorchestrator.api.body.BodyReader;
import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.limit.LimitAnswers.LimitList;
import io.agentorchestrator.api.limit.LimitAnswers.LimitView;
import io.agentorchestrator.api.openapi.RequestSchema;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.store.limit.LimitReader;
import io.agentorchestrator.store.limit.LimitStore;
import io.agentorchestrator.store.limit.LiveLimits;
import io.agentorchestrator.store.limit.StoredLimit;
import io.agentorchestrator.workflows.limit.CapacityLimit;
import io.agentorchestrator.workflows.limit.LimitBy;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Limits of tasks by type, label or payload: of the installation, whatever the tenant. */
@RestController
@RequestMapping(path = "/v1/limits", produces = MediaType.APPLICATION_JSON_VALUE)
class LimitController {
    private static final RequestSchema CHANGE = RequestSchema.named("LimitChange");
    private static final String BY_RULE =
            "task_type, label:NAME or payload_path:PATH, such as label:model or payload_path:request.model";

    /** With these alone the value says where to look, and perhaps for what: NAME, or NAME=VALUE. */
    private static final Set<String> PLACES = Set.of("label", "labels", "payload_path", "payload");

    private final BodyReader bodies;
    private final LimitStore store;
    private final LimitReader reader;
    private final LiveLimits live;

    LimitController(BodyReader bodies, LimitStore store, LimitReader reader, LiveLimits live) {
        this.bodies = bodies;
        this.store = store;
        this.reader = reader;
        this.live = live;
    }

    @GetMapping
    LimitList limits(Caller caller) {
        return new LimitList(views(store.all(), caller));
    }

    /** Submissions to this API go by it at once, everything else within seconds. */
    @PutMapping(path = "/{name}", consumes = MediaType.APPLICATION_JSON_VALUE)
    LimitView set(Caller caller, @PathVariable("name") String name, HttpServletRequest request) {
        if (!CapacityLimit.isName(name)) {
            throw new ProblemException(
                    ProblemCode.INVALID_VALUE,
                    "'%s' cannot be a limit: %s".formatted(Shown.text(name), CapacityLimit.NAME_RULE));
        }
        CapacityLimit asked;
        try (Body body = bodies.read(request, BodyFormat.JSON, BodyReader.MAX_SMALL_REQUEST_BYTES)) {
            asked = read(name, body.tree());
        }
        StoredLimit stored = store.put(asked, caller.principal())
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.OUT_OF_RANGE,
                        "there are %,d limits, and may be no more: delete one first"
                                .formatted(CapacityLimit.MAX_LIMITS)));
        live.refresh();
        return views(List.of(stored), caller).getFirst().changed(reader.use(live::ofKey), stored.limit());
    }

    /** Deletes a limit; within seconds, tasks that it held go on. */
    @DeleteMapping("/{name}")
    ResponseEntity<Void> delete(Caller caller, @PathVariable("name") String name) {
        if (!CapacityLimit.isName(name) || !store.delete(name)) {
            throw new ProblemException(
                    ProblemCode.LIMIT_NOT_FOUND,
                    "there is no limit '%s'; GET /v1/limits lists those that there are".formatted(Shown.text(name)));
        }
        live.refresh();
        return ResponseEntity.noContent().build();
    }

    private List<LimitView> views(List<StoredLimit> limits, Caller caller) {
        List<String> names =
                limits.stream().map(stored -> stored.limit().name()).toList();
        var waiting = reader.waiting(names);
        Set<String> own = reader.keysOf(caller.tenant(), names);
        var use = reader.use(live::ofKey);
        return limits.stream()
                .map(stored -> LimitView.of(stored, use, waiting, own))
                .toList();
    }

    private static CapacityLimit read(String name, JsonNode tree) {
        ValidationErrors findings = new ValidationErrors();
        Fields fields = CHANGE.read(tree, findings);
        String by = fields.text("by");
        String value = fields.text("value");
        if (by != null && value != null && PLACES.contains(by)) {
            int equals = value.indexOf('=');
            by += ":" + (equals < 0 ? value : value.substring(0, equals));
            value = equals < 0 ? null : value.substring(equals + 1);
        }
        Optional<LimitBy> parsed = by == null ? Optional.empty() : LimitBy.parse(by);
        if (by != null && parsed.isEmpty()) {
            fields.add(ProblemCode.INVALID_VALUE, "by", "'%s' is not %s".formatted(Shown.text(by), BY_RULE));
        }
        Integer inFlight = fields.integer("max_in_flight");
        Integer perMinute = fields.integer("max_per_minute");
        Long tokens = asLong(fields.integer("max_tokens_per_minute"));
        if (!fields.has("max_in_flight") && !fields.has("max_per_minute") && !fields.has("max_tokens_per_minute")) {
            fields.add(
                    ProblemCode.INVALID_VALUE,
                    "max_in_flight",
                    "a limit needs max_in_flight, max_per_minute or max_tokens_per_minute");
        }
        findings.throwIfAny();
        return new CapacityLimit(name, parsed.orElseThrow(), value, inFlight, perMinute, tokens);
    }

    private static @Nullable Long asLong(@Nullable Integer number) {
        return number == null ? null : (Long) (long) number;
    }
}
