package io.agentorchestrator.workflows.dag;

import java.util.List;

/**
 * One task of a DAG as far as its shape goes.
 *
 * @param key the task's name, unique in the DAG
 * @param dependsOn keys of the tasks that must have completed before this one
 * @param complexity estimated, more than 0
 */
public record DagNode(String key, List<String> dependsOn, double complexity) {
    public DagNode {
        dependsOn = List.copyOf(dependsOn);
    }
}
