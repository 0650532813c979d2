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
 * half of the slots, rounded up, so that it also gets to an agent with one; a CRITICAL one by all of them, so that what is merely better leaves it room. Not thread-safe.
 */
public final class ClaimCredit {
    private final Map<TaskClass, Set<TaskClass>> competing;
    private final Map<TaskClass, Map<Priority, Integer>> outstanding;
    private final ReleaseCredit regular;
    /** Both include the regular credit, and so count what is out anew. */
    private final ReleaseCredit overdrawn;

    private final ReleaseCredit overdrawnByCritical;

    /**
     * Debits what is out.
     *
     * @param outstanding tasks that are out of the backlog and have not ended, by class and priority
     */
    public ClaimCredit(
            Fleet fleet,
            Map<TaskClass, Map<Priority, Integer>> outstanding,
            Function<AgentClass, FlowEstimate> estimates) {
        this.competing = fleet.taskClasses().competing();
        this.outstanding = outstanding;
        Map<TaskClass, Integer> byClass = new HashMap<>();
        outstanding.forEach((tasks, counts) -> byClass.put(
                tasks, counts.values().stream().mapToInt(Integer::intValue).sum()));
        ToIntFunction<AgentClass> capacity = agents -> estimates.apply(agents).credit(agents.slots());
        this.regular = new ReleaseCredit(fleet, byClass, capacity);
        this.overdrawn =
                new ReleaseCredit(fleet, byClass, agents -> capacity.applyAsInt(agents) + (agents.slots() + 1) / 2);
        this.overdrawnByCritical =
                new ReleaseCredit(fleet, byClass, agents -> capacity.applyAsInt(agents) + agents.slots());
    }

    /** Takes credit for one task; false if there is none for its like. */
    public boolean tryTake(TaskClass tasks, Priority priority) {
        ReleaseCredit source = source(tasks, priority);
        if (!source.tryTake(tasks)) {
            return false;
        }
        for (ReleaseCredit other : List.of(regular, overdrawn, overdrawnByCritical)) {
            if (other != source) {
                boolean _ = other.tryTake(tasks);
            }
        }
        return true;
    }

    /** Debits a task that has left the backlog whatever the credit. */
    public void left(TaskClass tasks) {
        List.of(regular, overdrawn, overdrawnByCritical).forEach(credit -> {
            boolean _ = credit.tryTake(tasks);
        });
    }

    /** Gives credit back for one task that has ended. */
    public void giveBack(TaskClass tasks) {
        List.of(regular, overdrawn, overdrawnByCritical).forEach(credit -> credit.giveBack(tasks));
    }

    /** Tasks of this class alone that could still be taken, at most {@code limit}, the best of them having this priority. */
    public int room(TaskClass tasks, Priority best, int limit) {
        return source(tasks, best).room(tasks, limit);
    }

    /** Tells whether a task of this class and priority may overdraw: a worse one that competes with it is out. */
    public boolean outranks(TaskClass tasks, Priority priority) {
        for (TaskClass other : competing.getOrDefault(tasks, Set.of())) {
            Map<Priority, Integer> counts = outstanding.getOrDefault(other, Map.of());
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

    private ReleaseCredit source(TaskClass tasks, Priority priority) {
        if (!outranks(tasks, priority)) {
            return regular;
        }
        return priority == Priority.CRITICAL ? overdrawnByCritical : overdrawn;
    }
}
