package io.agentorchestrator.sdk;

import io.agentorchestrator.protocol.v1.TaskRef;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Dispatches of which this agent said that it does not know them. Who heard it may dispatch the task elsewhere, so a Start that
 * comes too late must not be taken. Bounded in time and number; not thread-safe.
 */
final class Revocations {
    private static final int UUID_CHARACTERS = 36;

    private record Revoked(int epoch, long untilNanos) {}

    /** By task id, oldest first; an epoch stands for the earlier ones of its task too. */
    private final SequencedMap<String, Revoked> revoked = new LinkedHashMap<>();

    void add(TaskRef ref, long nowNanos) {
        if (ref.getTaskId().length() > UUID_CHARACTERS) {
            return; // no Start can name it
        }
        Revoked before = revoked.remove(ref.getTaskId());
        int epoch = before == null ? ref.getEpoch() : Math.max(before.epoch, ref.getEpoch());
        revoked.put(ref.getTaskId(), new Revoked(epoch, nowNanos + SdkLimits.REVOKED_FOR.toNanos()));
        if (revoked.size() > SdkLimits.REVOKED_DISPATCHES) {
            revoked.pollFirstEntry();
        }
    }

    boolean cover(TaskRef ref, long nowNanos) {
        Revoked entry = revoked.get(ref.getTaskId());
        return entry != null && ref.getEpoch() <= entry.epoch && entry.untilNanos - nowNanos > 0;
    }

    /** Forgets what is older than a lease. */
    void expire(long nowNanos) {
        revoked.values().removeIf(entry -> entry.untilNanos - nowNanos <= 0);
    }

    int size() {
        return revoked.size();
    }
}
