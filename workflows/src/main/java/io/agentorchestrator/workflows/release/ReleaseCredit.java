package io.agentorchestrator.workflows.release;

import io.agentorchestrator.workflows.release.Fleet.AgentClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Counts how many more tasks of which types some agents may take: a flow of tasks by type into classes of agents, each of which has a
 * capacity. An agent's capacity counts once, however many types it serves, because a task may move to another class to make
 * room (an augmenting path, after Ford and Fulkerson). Not thread-safe.
 */
public final class ReleaseCredit {
    private static final int NONE = -1;

    private final Map<String, Integer> typeIndex = new HashMap<>();
    /** For each type the classes that serve it. */
    private final List<int[]> classesOf = new ArrayList<>();

    private final int[] free;
    /** Tasks that each class may take when nothing is out. */
    private final int[] capacity;

    /** Tasks by type and class. */
    private final int[][] flow;

    /**
     * Debits what is out; tasks past all capacity are not counted.
     *
     * @param outstanding tasks by type that are out of the backlog and have not ended
     * @param capacityOf tasks that a class may take when nothing is out
     */
    public ReleaseCredit(Fleet fleet, Map<String, Integer> outstanding, ToIntFunction<AgentClass> capacityOf) {
        for (String type : fleet.types()) {
            typeIndex.put(type, classesOf.size());
            classesOf.add(classesServing(fleet, type));
        }
        free = fleet.classes().stream().mapToInt(capacityOf).toArray();
        capacity = free.clone();
        flow = new int[classesOf.size()][free.length];
        outstanding.forEach((type, count) -> {
            Integer index = typeIndex.get(type);
            if (index != null) {
                take(index, count);
            }
        });
    }

    private ReleaseCredit(ReleaseCredit other) {
        typeIndex.putAll(other.typeIndex);
        classesOf.addAll(other.classesOf);
        free = other.free.clone();
        capacity = other.capacity;
        flow = Arrays.stream(other.flow).map(int[]::clone).toArray(int[][]::new);
    }

    /** Takes credit for one task; false if the agents of its type, and all they share work with, are spoken for. */
    public boolean tryTake(String type) {
        Integer index = typeIndex.get(type);
        return index != null && take(index, 1) == 1;
    }

    /** Tells whether at least half of what the agents of this type may take is free. */
    public boolean hasHeadroom(String type) {
        Integer index = typeIndex.get(type);
        if (index == null) {
            return false;
        }
        int left = 0;
        int all = 0;
        for (int agents : classesOf.get(index)) {
            left += free[agents];
            all += capacity[agents];
        }
        return all > 0 && 2 * left >= all;
    }

    /** Gives credit back for one task that has ended; nothing happens where none of its type is counted. */
    public void giveBack(String type) {
        Integer index = typeIndex.get(type);
        if (index == null) {
            return;
        }
        for (int agents : classesOf.get(index)) {
            if (flow[index][agents] > 0) {
                flow[index][agents]--;
                free[agents]++;
                return;
            }
        }
    }

    /** Tasks of this type alone that could still be taken, at most {@code limit}. */
    public int room(String type, int limit) {
        Integer index = typeIndex.get(type);
        if (index == null) {
            return 0;
        }
        return direct(type) >= limit ? limit : new ReleaseCredit(this).take(index, limit);
    }

    /** Tasks of this type alone that could still be taken without moving others. */
    public int direct(String type) {
        Integer index = typeIndex.get(type);
        int direct = 0;
        if (index != null) {
            for (int agents : classesOf.get(index)) {
                direct += free[agents];
            }
        }
        return direct;
    }

    /** Credit that is left for all types together. */
    public int left() {
        return Arrays.stream(free).sum();
    }

    private static int[] classesServing(Fleet fleet, String type) {
        List<Integer> classes = new ArrayList<>();
        for (int i = 0; i < fleet.classes().size(); i++) {
            if (fleet.classes().get(i).types().contains(type)) {
                classes.add(i);
            }
        }
        return classes.stream().mapToInt(Integer::intValue).toArray();
    }

    private int take(int type, int count) {
        int taken = 0;
        for (int agents : classesOf.get(type)) {
            int fits = Math.min(free[agents], count - taken);
            free[agents] -= fits;
            flow[type][agents] += fits;
            taken += fits;
        }
        while (taken < count) {
            int moved = augment(type, count - taken);
            if (moved == 0) {
                return taken;
            }
            taken += moved;
        }
        return taken;
    }

    /** Makes room for up to {@code wanted} tasks of a type by moving others; returns how many found a place. */
    private int augment(int type, int wanted) {
        int classCount = free.length;
        int[] cameBy = new int[classCount]; // the type that would be put into the class
        int[] cameFrom = new int[classCount]; // the class that it would leave, or NONE for the newcomer
        Arrays.fill(cameBy, NONE);
        ArrayDeque<Integer> open = new ArrayDeque<>();
        reach(type, NONE, cameBy, cameFrom, open);
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

    private void reach(int type, int from, int[] cameBy, int[] cameFrom, ArrayDeque<Integer> open) {
        for (int agents : classesOf.get(type)) {
            if (cameBy[agents] == NONE) {
                cameBy[agents] = type;
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
