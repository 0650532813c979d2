package io.agentorchestrator.sdk;

import io.agentorchestrator.sdk.registration.Identity;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices that no worker speaks to this agent, or that one cannot, and says so: once, when it has lasted for a moment, and not at every try.
 * Thread-safe.
 */
final class WorkerContacts {
    private static final String FORMER =
            "It goes by a former registration, or its orchestrator.agents.key is not that of the API. If this lasts, restart the agent: it registers anew.";

    private final Consumer<String> warn;
    private final Consumer<String> info;
    private final LongSupplier nanoTime;
    /** By worker, the oldest first. */
    private final SequencedMap<String, TurnedAway> turnedAway = new LinkedHashMap<>();

    private @Nullable String registeredAs;
    private long lonelySince;
    private boolean toldLonely;

    WorkerContacts(Consumer<String> warn, Consumer<String> info, LongSupplier nanoTime) {
        this.warn = warn;
        this.info = info;
        this.nanoTime = nanoTime;
    }

    private record TurnedAway(String objection, long sinceNanos, boolean told) {}

    /** A worker was turned away. */
    synchronized void turnedAway(String workerId, String objection) {
        long now = nanoTime.getAsLong();
        TurnedAway known = turnedAway.get(workerId);
        if (known == null || !known.objection().equals(objection)) {
            turnedAway.putLast(workerId, new TurnedAway(objection, now, false));
            if (turnedAway.size() > SdkLimits.WORKERS_REMEMBERED) {
                turnedAway.pollFirstEntry();
            }
        } else if (!known.told() && now - known.sinceNanos() >= SdkLimits.TROUBLE_TOLD_AFTER.toNanos()) {
            turnedAway.put(workerId, new TurnedAway(objection, known.sinceNanos(), true));
            warn.accept("Worker %s is turned away again and again: %s. %s".formatted(workerId, objection, FORMER));
        }
    }

    /** A worker has proven itself. */
    synchronized void welcomed(String workerId) {
        TurnedAway known = turnedAway.remove(workerId);
        if (toldLonely || (known != null && known.told())) {
            info.accept("Worker %s speaks to this agent".formatted(workerId));
        }
        toldLonely = false;
    }

    /**
     * To be called now and then.
     *
     * @param identity of the registration, if there is one
     * @param workers that speak to this agent now
     */
    synchronized void check(@Nullable Identity identity, int workers) {
        long now = nanoTime.getAsLong();
        String agentId = identity == null ? null : identity.agentId();
        if (agentId == null || workers > 0 || !agentId.equals(registeredAs)) {
            registeredAs = agentId;
            lonelySince = now;
            return;
        }
        if (!toldLonely && now - lonelySince >= SdkLimits.LONELY_TOLD_AFTER.toNanos()) {
            toldLonely = true;
            warn.accept(
                    ("No worker has spoken to this agent for %d s, though it is registered. See whether workers run, and whether they reach"
                                    + " the address that it registered (--host, --port); GET /v1/agents tells what they met.")
                            .formatted(SdkLimits.LONELY_TOLD_AFTER.toSeconds()));
        }
    }
}
