package io.agentorchestrator.store.testkit;

import io.agentorchestrator.store.release.ClaimPolicy;
import io.agentorchestrator.store.release.Outstanding;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.release.Fleet;
import io.agentorchestrator.workflows.release.ReleaseCredit;
import io.agentorchestrator.workflows.release.TaskClass;
import io.agentorchestrator.workflows.release.TaskClasses;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lets so many tasks leave the backlog, over all claims, whatever is out already. */
public final class FixedCredit implements ClaimPolicy, ClaimPolicy.Selection {
    private final TaskClasses classes;
    private final ReleaseCredit credit;

    public FixedCredit(Fleet fleet, Map<TaskClass, Integer> outstanding) {
        classes = fleet.taskClasses();
        credit = new ReleaseCredit(fleet, outstanding, Fleet.AgentClass::slots);
    }

    /** One agent with so many slots. */
    public static FixedCredit of(Collection<String> types, int slots) {
        return new FixedCredit(Fleet.of(List.of(new Fleet.AgentClass(Set.copyOf(types), slots))), Map.of());
    }

    /** One agent of one type with so many slots. */
    public static FixedCredit of(String type, int slots) {
        return of(Set.of(type), slots);
    }

    @Override
    public Selection begin(Outstanding outstanding) {
        return this;
    }

    @Override
    public TaskClasses classes() {
        return classes;
    }

    @Override
    public Map<TaskClass, Integer> room(int limit) {
        Map<TaskClass, Integer> room = new HashMap<>();
        for (TaskClass tasks : classes.all()) {
            int fits = credit.room(tasks, limit);
            if (fits > 0) {
                room.put(tasks, fits);
            }
        }
        return room;
    }

    @Override
    public boolean take(TaskClass tasks, Priority priority) {
        return credit.tryTake(tasks);
    }
}
