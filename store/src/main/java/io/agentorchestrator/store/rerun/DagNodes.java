package io.agentorchestrator.store.rerun;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.EndCodes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A DAG's tasks by index, as one transaction finds them. Not thread-safe. */
final class DagNodes {
    private static final Set<String> CONSEQUENCES =
            Set.of(EndCodes.UPSTREAM_FAILED, EndCodes.UPSTREAM_CANCELLED, EndCodes.DAG_FAILED);

    private final OnFailure onFailure;
    private final int[][] parents;
    private final List<Node> nodes;
    private final Map<String, Integer> indexOf = new HashMap<>();

    /**
     * @param parents for each node the indexes of those that it depends on
     * @param nodes by index
     */
    DagNodes(OnFailure onFailure, int[][] parents, List<Node> nodes) {
        if (parents.length != nodes.size()) {
            throw new IllegalStateException("a plan of %d tasks has %d rows".formatted(parents.length, nodes.size()));
        }
        this.onFailure = onFailure;
        this.parents = parents;
        this.nodes = new ArrayList<>(nodes);
        for (int index = 0; index < nodes.size(); index++) {
            indexOf.put(nodes.get(index).key(), index);
        }
    }

    OnFailure onFailure() {
        return onFailure;
    }

    int[][] parents() {
        return parents;
    }

    int size() {
        return parents.length;
    }

    TaskStatus status(int index) {
        return nodes.get(index).status();
    }

    /** Tells whether the node was cancelled because another task ended badly, and not by anybody's command. */
    boolean isCancelledInConsequence(int index) {
        String code = nodes.get(index).errorCode();
        return status(index) == TaskStatus.CANCELLED && code != null && CONSEQUENCES.contains(code);
    }

    UUID taskId(int index) {
        return nodes.get(index).taskId();
    }

    int indexOf(String key) {
        return indexOf.getOrDefault(key, -1);
    }

    /** Finds the keys among these that no node has, each once. */
    List<String> unknown(Collection<String> keys) {
        return keys.stream().filter(key -> !indexOf.containsKey(key)).distinct().toList();
    }

    /** The node is this task from now on. */
    void replace(int index, UUID newTask) {
        Node old = nodes.get(index);
        nodes.set(index, new Node(newTask, old.key(), TaskStatus.WAITING, null));
    }

    List<String> keys(BitSet of) {
        return of.stream().mapToObj(index -> nodes.get(index).key()).toList();
    }

    UUID[] taskIds(BitSet of) {
        return of.stream().mapToObj(this::taskId).toArray(UUID[]::new);
    }

    /** Counts the node's parents among these. */
    int parentsWithin(int index, BitSet among) {
        return (int) Arrays.stream(parents[index]).filter(among::get).count();
    }

    /** A task in its place. */
    record Node(
            UUID taskId,
            String key,
            TaskStatus status,
            @Nullable String errorCode) {}
}
