package io.agentorchestrator.workflows.release;

import io.agentorchestrator.workflows.release.Fleet.AgentClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Counts how many more tasks of which classes some agents may take: a flow of classes of tasks into classes of agents, each of which has a
 * capacity. An agent's capacity counts once, however many classes of tasks it accepts, because a task may move to another class of agents to make
 * room (an augmenting path, after Ford and Fulkerson). Not thread-safe.
 */
public final class ReleaseCredit {
    private static final int NONE = -1;
    private static final int[] NO_AGENTS = {};

    private final Map<TaskClass, Integer> index = new HashMap<>();
    /** For each class of tasks the classes of agents that accept it. */
    private final List<int[]> agentsOf = new ArrayList<>();

    private final int[] free;
    /** Tasks that each class may take when nothing is out. */
    private final int[] capacity;

    /** Tasks by their class and that of their agents. */
    private final int[][] flow;

    /**
     * Debits what is out; tasks past all capacity are not counted.
     *
     * @param outstanding tasks by class that are out of the backlog and have not ended
     * @param capacityOf tasks that a class may take when nothing is out
     */
    public ReleaseCredit(Fleet fleet, Map<TaskClass, Integer> outstanding, ToIntFunction<AgentClass> capacityOf) {
        TaskClasses classes = fleet.taskClasses();
        for (TaskClass tasks : classes.all()) {
            index.put(tasks, agentsOf.size());
            agentsOf.add(IntStream.range(0, fleet.classes().size())
                    .filter(agents -> classes.acceptedBy(agents).contains(tasks))
                    .toArray());
        }
        free = fleet.classes().stream().mapToInt(capacityOf).toArray();
        capacity = free.clone();
        flow = new int[agentsOf.size()][free.length];
        outstanding.forEach((tasks, count) -> {
            Integer at = index.get(tasks);
            if (at != null) {
                take(at, count);
            }
        });
    }

    private ReleaseCredit(ReleaseCredit other) {
        index.putAll(other.index);
        agentsOf.addAll(other.agentsOf);
        free = other.free.clone();
        capacity = other.capacity;
        flow = Arrays.stream(other.flow).map(int[]::clone).toArray(int[][]::new);
    }

    /** Takes credit for one task; false if the agents of its class, and all they share work with, are spoken for. */
    public boolean tryTake(TaskClass tasks) {
        Integer at = index.get(tasks);
        return at != null && take(at, 1) == 1;
    }

    /** Tells whether at least half of what the agents of this class of tasks may take is free. */
    public boolean hasHeadroom(TaskClass tasks) {
        int left = 0;
        int all = 0;
        for (int agents : agentsOf(tasks)) {
            left += free[agents];
            all += capacity[agents];
        }
        return all > 0 && 2 * left >= all;
    }

    /** Gives credit back for one task that has ended; nothing happens where none of its class is counted. */
    public void giveBack(TaskClass tasks) {
        Integer at = index.get(tasks);
        if (at == null) {
            return;
        }
        for (int agents : agentsOf.get(at)) {
            if (flow[at][agents] > 0) {
                flow[at][agents]--;
                free[agents]++;
                return;
            }
        }
    }

    /** Tasks of this class alone that could still be taken, at most {@code limit}. */
    public int room(TaskClass tasks, int limit) {
        Integer at = index.get(tasks);
        if (at == null) {
            return 0;
        }
        return direct(tasks) >= limit ? limit : new ReleaseCredit(this).take(at, limit);
    }

    /** Tasks of this class alone that could still be taken without moving others. */
    public int direct(TaskClass tasks) {
        int direct = 0;
        for (int agents : agentsOf(tasks)) {
            direct += free[agents];
        }
        return direct;
    }

    private int[] agentsOf(TaskClass tasks) {
        Integer at = index.get(tasks);
        return at == null ? NO_AGENTS : agentsOf.get(at);
    }

    /** Credit that is left for all together. */
    public int left() {
        return Arrays.stream(free).sum();
    }

    private int take(int tasks, int count) {
        int taken = 0;
        for (int agents : agentsOf.get(tasks)) {
            int fits = Math.min(free[agents], count - taken);
            free[agents] -= fits;
            flow[tasks][agents] += fits;
            taken += fits;
        }
        while (taken < count) {
            int moved = augment(tasks, count - taken);
            if (moved == 0) {
                return taken;
            }
            taken += moved;
        }
        return taken;
    }

    /** Makes room for up to {@code wanted} tasks of a class by moving others; returns how many found a place. */
    private int augment(int tasks, int wanted) {
        int classCount = free.length;
        int[] cameBy = new int[classCount]; // the tasks that would be put into the class
        int[] cameFrom = new int[classCount]; // the class that it would leave, or NONE for the newcomer
        Arrays.fill(cameBy, NONE);
        ArrayDeque<Integer> open = new ArrayDeque<>();
        reach(tasks, NONE, cameBy, cameFrom, open);
        while (!open.isEmpty()) {
            int agents = open.removeFirst();
            if (free[agents] > 0) {
                return shift(agents, wanted, cameBy, cameFrom);
            }
            for (int other = 0; other < flow.length; other++) {
                if (flow[other][agents] > 0) {
                    reach(other, agents, cameBy, cameFrom, open);
                }
            }
        }
        return 0;
    }

    private void reach(int tasks, int from, int[] cameBy, int[] cameFrom, ArrayDeque<Integer> open) {
        for (int agents : agentsOf.get(tasks)) {
            if (cameBy[agents] == NONE) {
                cameBy[agents] = tasks;
                cameFrom[agents] = from;
                open.addLast(agents);
            }
        }
    }

    private int shift(int last, int wanted, int[] cameBy, int[] cameFrom) {
        int amount = Math.min(wanted, free[last]);
        for (int agents = last; cameFrom[agents] != NONE; agents = cameFrom[agents]) {
            amount = Math.min(amount, flow[cameBy[agents]][cameFrom[agents]]);
        }
        free[last] -= amount;
        for (int agents = last; agents != NONE; agents = cameFrom[agents]) {
            flow[cameBy[agents]][agents] += amount;
            if (cameFrom[agents] != NONE) {
                flow[cameBy[agents]][cameFrom[agents]] -= amount;
            }
        }
        return amount;
    }
}
