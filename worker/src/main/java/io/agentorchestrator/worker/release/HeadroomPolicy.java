package io.agentorchestrator.worker.release;

import io.agentorchestrator.store.run.ReadyTask;
import io.agentorchestrator.store.run.ReleasePolicy;
import io.agentorchestrator.store.run.TypeTerms;
import io.agentorchestrator.workflows.release.Rank;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lets dependents leave the backlog at once on the terms of {@link Headroom}. Thread-safe. */
public final class HeadroomPolicy implements ReleasePolicy {
    private final Headroom headroom;

    public HeadroomPolicy(Headroom headroom) {
        this.headroom = headroom;
    }

    @Override
    public List<ReadyTask> release(List<ReadyTask> ready) {
        Map<String, TypeTerms> terms = headroom.terms();
        List<ReadyTask> leave = ready.stream()
                .filter(task -> mayLeave(task, terms))
                .sorted(Comparator.comparing(HeadroomPolicy::rank))
                .toList();
        released(leave);
        return leave;
    }

    @Override
    public Set<String> ample(int tasks) {
        Set<String> types = new HashSet<>();
        headroom.terms().forEach((type, terms) -> {
            if (terms.headroom()) {
                types.add(type);
            }
        });
        return types;
    }

    @Override
    public void released(List<ReadyTask> tasks) {
        headroom.left(tasks.stream().map(ReadyTask::taskType).toList());
    }

    private static boolean mayLeave(ReadyTask task, Map<String, TypeTerms> terms) {
        TypeTerms ofType = terms.get(task.taskType());
        return ofType != null
                && (ofType.headroom()
                        || ofType.bestQueued() == null
                        || rank(task).isBefore(ofType.bestQueued()));
    }

    private static Rank rank(ReadyTask task) {
        return new Rank(task.priority(), task.taskId());
    }
}
