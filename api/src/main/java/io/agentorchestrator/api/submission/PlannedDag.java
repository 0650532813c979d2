package io.agentorchestrator.api.submission;

import io.agentorchestrator.workflows.dag.CriticalPath;
import io.agentorchestrator.workflows.dag.DagGraph;
import java.util.BitSet;

/**
 * A DAG that is valid as a whole, and what follows from its shape.
 *
 * @param plan by {@code PlanCodec}
 * @param withTemplates tasks whose payloads hold templates
 */
@SuppressWarnings("ArrayRecordComponent")
public record PlannedDag(DagSpec spec, DagGraph graph, PlannedPaths paths, byte[] plan, BitSet withTemplates) {
    /** The critical path, as it is told. */
    public CriticalPath criticalPath() {
        return paths.critical();
    }
}
