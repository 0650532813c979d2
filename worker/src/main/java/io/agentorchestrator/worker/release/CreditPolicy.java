package io.agentorchestrator.worker.release;

import io.agentorchestrator.store.release.ClaimPolicy;
import io.agentorchestrator.store.release.Contenders;
import io.agentorchestrator.store.release.Outstanding;
import io.agentorchestrator.store.release.QueueFront;
import io.agentorchestrator.worker.fleet.AgentTrust;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.release.ClaimCredit;
import io.agentorchestrator.workflows.release.Fleet.AgentClass;
import io.agentorchestrator.workflows.release.FlowEstimate;
import io.agentorchestrator.workflows.release.TaskClass;
import io.agentorchestrator.workflows.release.TaskClasses;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Lets tasks leave the backlog as far as the agents' credit goes. For one claim at a time; not thread-safe. */
final class CreditPolicy implements ClaimPolicy {
    private static final double MILLIS_PER_SECOND = 1_000;

    private final AgentTrust.Fillable agents;
    private final Function<AgentClass, FlowEstimate> estimates;
    private final List<QueueFront> fronts;
    private final Contenders contenders;
    private final Map<TaskClass, Double> expectedSeconds = new HashMap<>();
    private ClaimCredit credit;

    /**
     * Begins with nothing outstanding.
     *
     * @param contenders the tenants that wait
     * @param fronts the best queued task of each class that waits, as of just before the claim
     */
    CreditPolicy(
            AgentTrust.Fillable agents,
            Function<AgentClass, FlowEstimate> estimates,
            List<QueueFront> fronts,
            Contenders contenders) {
        this.contenders = contenders;
        this.agents = agents;
        this.estimates = estimates;
        this.fronts = fronts;
        this.credit = credit(Outstanding.NONE);
    }

    /** The credit as the last claim has left it. */
    ClaimCredit credit() {
        return credit;
    }

    @Override
    public TaskClasses classes() {
        return agents.fleet().taskClasses();
    }

    @Override
    public boolean counts(String agentId) {
        return agents.agentIds().contains(agentId);
    }

    @Override
    public Contenders contenders() {
        return contenders;
    }

    /** The mean over the classes of agents that accept it; a second while nothing is known. */
    @Override
    public double expectedSeconds(TaskClass tasks) {
        return expectedSeconds.computeIfAbsent(tasks, wanted -> {
            List<AgentClass> all = agents.fleet().classes();
            return IntStream.range(0, all.size())
                            .filter(at -> classes().acceptedBy(at).contains(wanted))
                            .mapToLong(at ->
                                    estimates.apply(all.get(at)).execution().toMillis())
                            .filter(millis -> millis > 0)
                            .average()
                            .orElse(MILLIS_PER_SECOND)
                    / MILLIS_PER_SECOND;
        });
    }

    @Override
    public Selection begin(Outstanding outstanding) {
        ClaimCredit begun = credit(outstanding);
        credit = begun;
        return new Selection() {
            @Override
            public Map<TaskClass, Integer> room(int limit) {
                Map<TaskClass, Integer> room = new HashMap<>();
                for (QueueFront front : fronts) {
                    int fits = begun.room(front.tasks(), front.priority(), limit);
                    if (fits > 0) {
                        room.put(front.tasks(), fits);
                    }
                }
                return room;
            }

            @Override
            public boolean take(TaskClass tasks, Priority priority) {
                return begun.tryTake(tasks, priority);
            }
        };
    }

    private ClaimCredit credit(Outstanding outstanding) {
        return new ClaimCredit(agents.fleet(), outstanding.byClass(), estimates);
    }
}
