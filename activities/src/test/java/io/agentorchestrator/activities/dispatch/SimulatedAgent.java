package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** An agent by the protocol's rules, in virtual time. What it says goes to whoever watches the dispatch. */
final class SimulatedAgent {
    final String id;
    final int slots;
    private final BiConsumer<String, AgentEvent> toWorker;
    private final Map<DispatchRef, Held> held = new LinkedHashMap<>();
    private final Set<DispatchRef> revoked = new HashSet<>();
    /** Executions that began, by task. */
    final Map<UUID, Integer> executions = new HashMap<>();

    /** Set if it knows Preempt. */
    boolean preempts;

    boolean crashed;
    long stoppedSince;
    long stoppedUntil;
    int mostAtOnce;

    SimulatedAgent(String id, int slots, BiConsumer<String, AgentEvent> toWorker) {
        this.id = id;
        this.slots = slots;
        this.toWorker = toWorker;
    }

    private static final class Held {
        String watcher;

        @Nullable AgentEvent outcome;

        Held(String watcher) {
            this.watcher = watcher;
        }
    }

    boolean isStopped(long now) {
        return now < stoppedUntil;
    }

    int running() {
        return (int) held.values().stream().filter(one -> one.outcome == null).count();
    }

    /** Takes the task, or not; true if its execution begins now. */
    boolean start(String worker, DispatchRef ref) {
        Held known = held.get(ref);
        if (known != null) {
            attach(worker, ref);
            return false;
        }
        if (revoked.contains(ref)) {
            toWorker.accept(worker, new AgentEvent.Refused(ref, AgentEvent.Refusal.REVOKED));
            return false;
        }
        for (DispatchRef other : List.copyOf(held.keySet())) {
            if (other.taskId().equals(ref.taskId())) {
                if (other.epoch() > ref.epoch()) {
                    toWorker.accept(worker, new AgentEvent.Failed(ref, "SUPERSEDED", "", false, null));
                    return false;
                }
                held.remove(other); // the later epoch stops the earlier one
            }
        }
        if (running() >= slots) {
            toWorker.accept(worker, new AgentEvent.Refused(ref, AgentEvent.Refusal.FULL));
            return false;
        }
        held.put(ref, new Held(worker));
        executions.merge(ref.taskId(), 1, Integer::sum);
        mostAtOnce = Math.max(mostAtOnce, running());
        toWorker.accept(worker, new AgentEvent.Accepted(ref));
        toWorker.accept(worker, used(ref));
        return true;
    }

    void attach(String worker, DispatchRef ref) {
        Held known = held.get(ref);
        if (known == null) {
            revoked.add(ref);
            toWorker.accept(worker, new AgentEvent.Unknown(ref));
            return;
        }
        known.watcher = worker;
        AgentEvent outcome = known.outcome;
        toWorker.accept(worker, outcome == null ? new AgentEvent.Accepted(ref) : outcome);
        if (outcome == null) {
            toWorker.accept(worker, used(ref));
        }
    }

    private static AgentEvent used(DispatchRef ref) {
        return new AgentEvent.UsageReported(ref, new Usage(ref.epoch(), 0, 0));
    }

    void cancel(String worker, DispatchRef ref) {
        Held known = held.get(ref);
        if (known == null) {
            revoked.add(ref);
            toWorker.accept(worker, new AgentEvent.Unknown(ref));
        } else if (known.outcome == null) {
            end(ref, new AgentEvent.Failed(ref, "CANCELLED", "cancelled", false, null));
        }
    }

    /** Saves its work and stops the execution for another, if it is under way. */
    void makeWay(String worker, DispatchRef ref) {
        Held known = held.get(ref);
        if (known == null) {
            cancel(worker, ref);
        } else if (known.outcome == null) {
            toWorker.accept(known.watcher, new AgentEvent.CheckpointTaken(ref, ref.epoch(), new byte[] {1}));
            fail(ref, OutcomeMapping.PREEMPTED, true);
        }
    }

    void acknowledge(DispatchRef ref) {
        Held known = held.get(ref);
        if (known != null && known.outcome != null) {
            held.remove(ref);
        }
    }

    /** The execution ends, unless it was stopped before. */
    void succeed(DispatchRef ref) {
        end(ref, new AgentEvent.Succeeded(ref, "1".getBytes(StandardCharsets.UTF_8), Usage.NONE));
    }

    void fail(DispatchRef ref, String code, boolean retryable) {
        end(ref, new AgentEvent.Failed(ref, code, code, retryable, null));
    }

    private void end(DispatchRef ref, AgentEvent outcome) {
        Held known = held.get(ref);
        if (known != null && known.outcome == null) {
            known.outcome = outcome;
            toWorker.accept(known.watcher, outcome);
        }
    }

    /** Everything is lost; the tasks that it had accepted and not ended. */
    List<UUID> crash() {
        List<UUID> lost = new ArrayList<>();
        held.forEach((ref, one) -> lost.add(ref.taskId()));
        held.clear();
        revoked.clear();
        return lost;
    }

    /** Gives everything up in order. */
    void stopAll() {
        for (DispatchRef ref : List.copyOf(held.keySet())) {
            fail(ref, "CANCELLED", true);
        }
    }

    /** Whether it executes an earlier dispatch of the same task. */
    boolean hasEarlier(DispatchRef ref) {
        return refs().stream().anyMatch(one -> one.taskId().equals(ref.taskId()) && one.epoch() < ref.epoch());
    }

    /** What it executes for this worker and has not been asked for in time. */
    void expireLeases(String worker) {
        for (DispatchRef ref : refs()) {
            Held one = held.get(ref);
            if (one != null && one.watcher.equals(worker)) {
                fail(ref, OutcomeMapping.LEASE_EXPIRED, true);
            }
        }
    }

    List<DispatchRef> refs() {
        return held.entrySet().stream()
                .filter(one -> one.getValue().outcome == null)
                .map(Map.Entry::getKey)
                .toList();
    }
}
