package io.agentorchestrator.sdk;

import io.agentorchestrator.protocol.v1.TaskRef;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The dispatches of which this agent can tell something: those that run, and a bounded number that have ended. Not thread-safe. */
final class HeldDispatches {
    private static final Logger LOG = LoggerFactory.getLogger(HeldDispatches.class);

    private final Map<TaskRef, AcceptedDispatch> held = new HashMap<>();
    /** The latest epoch of each task that is held or whose thread still runs. */
    private final Map<String, AcceptedDispatch> latest = new HashMap<>();
    /** The ended ones among the held, oldest first. */
    private final Map<TaskRef, AcceptedDispatch> kept = new LinkedHashMap<>();

    private long keptBytes;

    void add(AcceptedDispatch dispatch) {
        held.put(dispatch.ref, dispatch);
        latest.put(dispatch.ref.getTaskId(), dispatch);
    }

    @Nullable AcceptedDispatch find(TaskRef ref) {
        return held.get(ref);
    }

    @Nullable AcceptedDispatch latest(String taskId) {
        return latest.get(taskId);
    }

    Collection<AcceptedDispatch> all() {
        return Collections.unmodifiableCollection(held.values());
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    /** Keeps the outcome until it is forgotten; past the bounds the oldest are forgotten now. */
    void keep(AcceptedDispatch ended) {
        kept.put(ended.ref, ended);
        keptBytes += ended.keptBytes();
        while (kept.size() > SdkLimits.KEPT_OUTCOMES || keptBytes > SdkLimits.KEPT_BYTES) {
            AcceptedDispatch oldest = kept.values().iterator().next();
            LOG.warn("Forgetting the outcome of {}: too many wait to be acknowledged", oldest.ref.getTaskId());
            forget(oldest);
        }
    }

    void forget(AcceptedDispatch ended) {
        held.remove(ended.ref);
        if (kept.remove(ended.ref) != null) {
            keptBytes -= ended.keptBytes();
        }
        dropFinished(ended);
    }

    /** Its handler's thread has ended. */
    void finish(AcceptedDispatch dispatch) {
        dispatch.finished = true;
        dropFinished(dispatch);
    }

    private void dropFinished(AcceptedDispatch dispatch) {
        if (dispatch.finished && !held.containsKey(dispatch.ref)) {
            latest.remove(dispatch.ref.getTaskId(), dispatch);
        }
    }
}
