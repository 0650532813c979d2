package io.agentorchestrator.worker.release;

import io.agentorchestrator.store.release.ClaimPolicy;
import io.agentorchestrator.store.release.Outstanding;
import io.agentorchestrator.store.release.QueueFront;
import io.agentorchestrator.workflows.release.ClaimCredit;
import io.agentorchestrator.workflows.release.Fleet;
import io.agentorchestrator.workflows.release.Fleet.AgentClass;
import io.agentorchestrator.workflows.release.FlowEstimate;
import io.agentorchestrator.workflows.release.Rank;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Lets tasks leave the backlog as far as the agents' credit goes. For one claim at a time; not thread-safe. */
final class CreditPolicy implements ClaimPolicy {
    private final Fleet fleet;
    private final Function<AgentClass, FlowEstimate> estimates;
    private final List<QueueFront> fronts;
    private ClaimCredit credit;

    /** @param fronts the best queued task of each type that waits, as of just before the claim */
    CreditPolicy(Fleet fleet, Function<AgentClass, FlowEstimate> estimates, List<QueueFront> fronts) {
        this.fleet = fleet;
        this.estimates = estimates;
        this.fronts = fronts;
        this.credit = credit(Outstanding.NONE);
    }

    /** The credit as the last claim has left it. */
    ClaimCredit credit() {
        return credit;
    }

    @Override
    public Map<String, Set<String>> tenants() {
        return fleet.tenants();
    }

    @Override
    public Selection begin(Outstanding outstanding) {
        ClaimCredit begun = credit(outstanding);
        credit = begun;
        return new Selection() {
            @Override
            public Map<String, Integer> roomByType(int limit) {
                Map<String, Integer> room = new TreeMap<>();
                for (QueueFront front : fronts) {
                    int fits = begun.room(front.taskType(), front.rank().priority(), limit);
                    if (fits > 0) {
                        room.put(front.taskType(), fits);
                    }
                }
                return room;
            }

            @Override
            public boolean take(String taskType, Rank rank) {
                return begun.tryTake(taskType, rank.priority());
            }
        };
    }

    private ClaimCredit credit(Outstanding outstanding) {
        return new ClaimCredit(fleet, outstanding.byType(), estimates);
    }
}
