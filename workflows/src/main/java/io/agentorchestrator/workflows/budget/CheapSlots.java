package io.agentorchestrator.workflows.budget;

import io.agentorchestrator.workflows.release.Eligibility;
import io.agentorchestrator.workflows.selector.Selector;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Counts how many tasks may still leave the backlog that only agents up to a cost factor may have, so that they do not use up credit for agents that may not
 * have them. Each takes from the dearest agent that it may go to and that has room: of tasks that differ by the factor only, no other choice lets more pass.
 * Not thread-safe.
 */
public final class CheapSlots {
    /** No agent takes anything. */
    public static final CheapSlots NONE = new CheapSlots(List.of());

    /** The dearest first. */
    private final List<Agent> agents;

    private final int[] free;

    /** Begins with what each of these takes. */
    public CheapSlots(Collection<Agent> agents) {
        this.agents = agents.stream()
                .sorted(Comparator.comparingDouble(Agent::costFactor).reversed())
                .toList();
        this.free = this.agents.stream().mapToInt(Agent::credit).toArray();
    }

    /** Counts tasks like this one that may leave if no other does. */
    public int free(Wanting task) {
        int sum = 0;
        for (int at = 0; at < free.length; at++) {
            if (free[at] > 0 && agents.get(at).accepts(task)) {
                sum = (int) Math.min(Integer.MAX_VALUE, (long) sum + free[at]);
            }
        }
        return sum;
    }

    /** Counts a task that leaves, or has left; nothing happens where nobody has room for it. */
    public void take(Wanting task) {
        for (int at = 0; at < free.length; at++) {
            if (free[at] > 0 && agents.get(at).accepts(task)) {
                free[at]--;
                return;
            }
        }
    }

    /**
     * An agent that may be given tasks.
     *
     * @param costFactor USD an hour
     * @param credit tasks that may be out for it, beside those that it has
     */
    public record Agent(Eligibility accepts, double costFactor, int credit) {
        boolean accepts(Wanting task) {
            return costFactor <= task.maxCostFactor()
                    && accepts.accepts(task.taskType(), task.tenant(), task.required());
        }
    }

    /**
     * A task that only agents up to a cost factor may have.
     *
     * @param maxCostFactor USD an hour
     */
    public record Wanting(String taskType, String tenant, Selector required, double maxCostFactor) {}
}
