package io.agentorchestrator.workflows.release;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.release.Fleet.AgentClass;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The credit of one claim: what each class of agents may have out of the backlog by its {@link FlowEstimate}, and an overdraft for
 * tasks that outrank others which are out, so that what is urgent never waits for credit that has gone to what is not.
 *
 * <p>A task whose priority is strictly better than that of the worst task which is out, and competes for the same agents, may overdraw by
 * half of the slots; a CRITICAL one by all of them, so that what is merely better leaves it room. Not thread-safe.
 */
public final class ClaimCredit {
    private final Map<String, Set<String>> competingTypes;
    private final Map<String, Map<Priority, Integer>> outstanding;
    private final ReleaseCredit regular;
    /** Both include the regular credit, and so count what is out anew. */
    private final ReleaseCredit overdrawn;

    private final ReleaseCredit overdrawnByCritical;

    /**
     * Debits what is out.
     *
     * @param outstanding tasks that are out of the backlog and have not ended, by type and priority
     */
    public ClaimCredit(
            Fleet fleet,
            Map<String, Map<Priority, Integer>> outstanding,
            Function<AgentClass, FlowEstimate> estimates) {
        this.competingTypes = fleet.competingTypes();
        this.outstanding = outstanding;
        Map<String, Integer> byType = new HashMap<>();
        outstanding.forEach((type, counts) -> byType.put(
                type, counts.values().stream().mapToInt(Integer::intValue).sum()));
        ToIntFunction<AgentClass> capacity = agents -> estimates.apply(agents).credit(agents.slots());
        this.regular = new ReleaseCredit(fleet, byType, capacity);
        this.overdrawn = new ReleaseCredit(fleet, byType, agents -> capacity.applyAsInt(agents) + agents.slots() / 2);
        this.overdrawnByCritical =
                new ReleaseCredit(fleet, byType, agents -> capacity.applyAsInt(agents) + agents.slots());
    }

    /** Takes credit for one task; false if there is none for its like. */
    public boolean tryTake(String type, Priority priority) {
        ReleaseCredit source = source(type, priority);
        if (!source.tryTake(type)) {
            return false;
        }
        for (ReleaseCredit other : List.of(regular, overdrawn, overdrawnByCritical)) {
            if (other != source) {
                boolean _ = other.tryTake(type);
            }
        }
        return true;
    }

    /** Debits a task that has left the backlog whatever the credit. */
    public void left(String type) {
        List.of(regular, overdrawn, overdrawnByCritical).forEach(credit -> {
            boolean _ = credit.tryTake(type);
        });
    }

    /** Gives credit back for one task that has ended. */
    public void giveBack(String type) {
        List.of(regular, overdrawn, overdrawnByCritical).forEach(credit -> credit.giveBack(type));
    }

    /** Tasks of this type alone that could still be taken, at most {@code limit}, the best of them having this priority. */
    public int room(String type, Priority best, int limit) {
        return source(type, best).room(type, limit);
    }

    /** Tells whether a task of this priority may overdraw: a worse one that competes with it is out. */
    public boolean outranks(String type, Priority priority) {
        for (String competing : competingTypes.getOrDefault(type, Set.of())) {
            Map<Priority, Integer> counts = outstanding.getOrDefault(competing, Map.of());
            for (Map.Entry<Priority, Integer> count : counts.entrySet()) {
                if (count.getValue() > 0 && count.getKey().compareTo(priority) > 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The credit without the overdraft, which goes on counting what is taken here. */
    public ReleaseCredit regular() {
        return regular;
    }

    private ReleaseCredit source(String type, Priority priority) {
        if (!outranks(type, priority)) {
            return regular;
        }
        return priority == Priority.CRITICAL ? overdrawnByCritical : overdrawn;
    }
}
