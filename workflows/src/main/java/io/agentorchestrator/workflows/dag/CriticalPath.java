package io.agentorchestrator.workflows.dag;

import java.util.List;

/**
 * The longest path through a DAG: no run of it can be shorter, whatever its capacity.
 *
 * @param keys from the first task to the last
 * @param tasks the same, by index; not to be changed
 * @param seconds their sum
 */
@SuppressWarnings("ArrayRecordComponent")
public record CriticalPath(List<String> keys, int[] tasks, double seconds) {
    public CriticalPath {
        keys = List.copyOf(keys);
    }
}
