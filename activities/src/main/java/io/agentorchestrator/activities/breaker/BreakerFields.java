package io.agentorchestrator.activities.breaker;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.breaker.BreakerState.Phase;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A breaker as the readable fields of a hash. */
final class BreakerFields {
    private static final String STATE = "state";
    private static final String FAILURES = "failures";
    private static final String OPENED_AT = "opened_at";
    private static final String TRIAL = "trial";
    private static final String TRIAL_EXPIRES_AT = "trial_expires_at";
    private static final String VERSION = "version";
    private static final String WRITER = "writer";

    private BreakerFields() {}

    static Map<String, String> write(Breaker breaker) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(STATE, breaker.phase().name());
        fields.put(FAILURES, Integer.toString(breaker.failures()));
        if (breaker.openedAt() != null) {
            fields.put(OPENED_AT, breaker.openedAt().toString());
        }
        if (breaker.state() instanceof BreakerState.HalfOpen halfOpen && halfOpen.trial() != null) {
            DispatchRef dispatch = halfOpen.trial().dispatch();
            fields.put(TRIAL, dispatch.taskId() + "/" + dispatch.epoch());
            fields.put(TRIAL_EXPIRES_AT, halfOpen.trial().expiresAt().toString());
        }
        fields.put(VERSION, Long.toString(breaker.version()));
        fields.put(WRITER, breaker.writer());
        return fields;
    }

    /** What nobody could have written, such as fields by hand, reads as a breaker without history, which the next write replaces. */
    static Breaker read(Map<String, String> fields) {
        long version = 0;
        try {
            version = Long.parseLong(fields.getOrDefault(VERSION, "0"));
            return new Breaker(state(fields), version, fields.getOrDefault(WRITER, ""));
        } catch (IllegalArgumentException | DateTimeException unreadable) {
            return new Breaker(BreakerState.pristine(), version, "");
        }
    }

    private static BreakerState state(Map<String, String> fields) {
        int failures = Integer.parseInt(fields.getOrDefault(FAILURES, "0"));
        return switch (Phase.valueOf(fields.getOrDefault(STATE, ""))) {
            case CLOSED -> new BreakerState.Closed(failures);
            case OPEN -> new BreakerState.Open(failures, Instant.parse(fields.getOrDefault(OPENED_AT, "")));
            case HALF_OPEN ->
                new BreakerState.HalfOpen(
                        failures, Instant.parse(fields.getOrDefault(OPENED_AT, "")), trial(fields.get(TRIAL), fields));
        };
    }

    private static BreakerState.@Nullable Trial trial(@Nullable String dispatch, Map<String, String> fields) {
        if (dispatch == null) {
            return null;
        }
        int slash = dispatch.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("a trial is task_id/epoch, not " + dispatch);
        }
        return new BreakerState.Trial(
                new DispatchRef(
                        UUID.fromString(dispatch.substring(0, slash)), Integer.parseInt(dispatch.substring(slash + 1))),
                Instant.parse(fields.getOrDefault(TRIAL_EXPIRES_AT, "")));
    }
}
