package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.BatchState;
import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.TaskLocation;
import io.agentorchestrator.workflows.model.RunKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Reads for dispatch what it asks for, a set at a time, and answers when all of it was read. Thread-safe. */
final class StoreReads {
    private final String workerId;
    private final DispatchPorts ports;
    private final BatchStore batches;
    private final PayloadResolver payloads;

    StoreReads(String workerId, DispatchPorts ports, PayloadResolver payloads) {
        this.workerId = workerId;
        this.ports = ports;
        this.batches = ports.batches();
        this.payloads = payloads;
    }

    /** Reads all of them, or fails: an answer that came twice would count twice. */
    List<DispatchMessage> read(List<DispatchEffect> set) {
        List<DispatchMessage> answers = new ArrayList<>();
        List<DispatchEffect.Inspect> looks = new ArrayList<>();
        for (DispatchEffect effect : set) {
            if (effect instanceof DispatchEffect.Inspect look) {
                looks.add(look);
            } else if (effect instanceof DispatchEffect.SeekVictims seek) {
                answers.addAll(adopt(seek));
            } else {
                answers.add(read(effect));
            }
        }
        answers.addAll(inspect(looks));
        return answers;
    }

    /** Answers of something that cannot be read: as little as leaves nothing waiting for it. */
    static List<DispatchMessage> unreadable(DispatchEffect effect) {
        return switch (effect) {
            case DispatchEffect.Load load ->
                List.of(new DispatchMessage.Loaded(load.batch(), load.run(), load.indexes(), List.of()));
            case DispatchEffect.Inspect look ->
                List.of(new DispatchMessage.Inspected(look.indexes(), look.run(), Map.of()));
            case DispatchEffect.InspectHeld held -> List.of(new DispatchMessage.HeldInspected(held.batch(), Map.of()));
            case DispatchEffect.Prepare prepare ->
                List.of(new DispatchMessage.Prepared(
                        prepare.task().taskId(),
                        prepare.epoch(),
                        prepare.task(),
                        false,
                        new PayloadResolver.Resolution.Impossible(
                                OutcomeMapping.PAYLOAD_FAILED,
                                "the payload could not be made; the worker's log says why")));
            default -> List.of(); // a later look at what this worker watches finds it
        };
    }

    private DispatchMessage read(DispatchEffect effect) {
        return switch (effect) {
            case DispatchEffect.Load load ->
                new DispatchMessage.Loaded(
                        load.batch(), load.run(), load.indexes(), batches.load(load.run(), load.indexes()));
            case DispatchEffect.Adopt adopt -> adopted(adopt.run(), adopt.indexes());
            case DispatchEffect.InspectHeld held ->
                new DispatchMessage.HeldInspected(held.batch(), batches.states(held.run(), held.indexes()));
            case DispatchEffect.Prepare prepare -> prepare(prepare);
            default -> throw new IllegalArgumentException(effect + " is no read");
        };
    }

    private DispatchMessage adopted(RunKey run, List<Integer> indexes) {
        return new DispatchMessage.Adopted(run, ports.runs().facts(run), batches.load(run, indexes));
    }

    private List<DispatchMessage> adopt(DispatchEffect.SeekVictims seek) {
        Map<RunKey, List<Integer>> byRun = new LinkedHashMap<>();
        batches.preemptible(workerId, seek.agentIds(), seek.priority(), seek.most())
                .forEach(row -> byRun.computeIfAbsent(row.run(), run -> new ArrayList<>())
                        .add(row.index()));
        return byRun.entrySet().stream()
                .map(run -> adopted(run.getKey(), run.getValue()))
                .toList();
    }

    private DispatchMessage prepare(DispatchEffect.Prepare prepare) {
        BatchTask task = prepare.task();
        if (!prepare.fresh()) {
            List<BatchTask> read = batches.load(prepare.run(), List.of(task.index()));
            if (read.isEmpty()) {
                throw new IllegalStateException("the store has lost task " + task.taskId());
            }
            task = read.getFirst();
        }
        return new DispatchMessage.Prepared(
                task.taskId(),
                prepare.epoch(),
                task,
                !prepare.fresh(),
                payloads.resolve(prepare.ofRun(), task, Map.of()));
    }

    /** One look for all runs: thousands of them may be watched. */
    private List<DispatchMessage> inspect(List<DispatchEffect.Inspect> looks) {
        if (looks.isEmpty()) {
            return List.of();
        }
        Set<UUID> ids = new HashSet<>();
        looks.forEach(look -> ids.addAll(look.indexes().keySet()));
        Map<UUID, TaskLocation> found = batches.whereabouts(ids);
        List<DispatchMessage> answers = new ArrayList<>();
        for (DispatchEffect.Inspect look : looks) {
            Map<Integer, BatchState> states = new HashMap<>();
            look.indexes().forEach((id, index) -> {
                TaskLocation task = found.get(id);
                if (task != null && look.run().equals(task.run())) {
                    states.put(index, task.state());
                }
            });
            answers.add(new DispatchMessage.Inspected(look.indexes(), look.run(), states));
        }
        return answers;
    }
}
