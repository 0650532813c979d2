package io.agentorchestrator.store.testkit;

import io.agentorchestrator.store.release.ClaimPolicy;
import io.agentorchestrator.store.release.Outstanding;
import io.agentorchestrator.workflows.release.Fleet;
import io.agentorchestrator.workflows.release.Rank;
import io.agentorchestrator.workflows.release.ReleaseCredit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Lets so many tasks leave the backlog, over all claims, whatever is out already. */
public final class FixedCredit implements ClaimPolicy, ClaimPolicy.Selection {
    private final Set<String> types;
    private final ReleaseCredit credit;

    public FixedCredit(Fleet fleet, Map<String, Integer> outstanding) {
        types = fleet.types();
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
    public Map<String, Integer> roomByType(int limit) {
        Map<String, Integer> room = new TreeMap<>();
        for (String type : types) {
            int fits = credit.room(type, limit);
            if (fits > 0) {
                room.put(type, fits);
            }
        }
        return room;
    }

    @Override
    public boolean take(String taskType, Rank rank) {
        return credit.tryTake(taskType);
    }
}
