package io.agentorchestrator.store.release;

import io.agentorchestrator.store.release.Candidates.Candidate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** The gates of a claim as one: a task leaves if all let it. Confined to the claim's thread. */
final class ClaimGates {
    private final List<ClaimGate.Pass> passes;
    private final Map<UUID, String> held = new TreeMap<>();

    ClaimGates(List<ClaimGate> gates) {
        this.passes = gates.stream().map(ClaimGate::begin).toList();
    }

    void read(List<Candidate> candidates) {
        List<UUID> ids = candidates.stream()
                .filter(Candidate::needsClaim)
                .map(Candidate::taskId)
                .toList();
        if (!ids.isEmpty()) {
            passes.forEach(pass -> pass.read(ids));
        }
    }

    /** Tells whether a gate has refused the task, which is held then. */
    boolean refuse(Candidate task) {
        if (!task.needsClaim()) {
            return false;
        }
        Optional<String> refusal = passes.stream()
                .flatMap(pass -> pass.refusal(task.taskId()).stream())
                .findFirst();
        refusal.ifPresent(reason -> held.put(task.taskId(), reason));
        return refusal.isPresent();
    }

    void admit(Candidate task) {
        if (task.needsClaim()) {
            passes.forEach(pass -> pass.admit(task.taskId()));
        }
    }

    void write(List<UUID> admitted) {
        if (!admitted.isEmpty()) {
            passes.forEach(pass -> pass.write(admitted));
        }
    }

    /** By task, in the order of ids, what it is held for from now on. */
    Map<UUID, String> held() {
        return held;
    }
}
