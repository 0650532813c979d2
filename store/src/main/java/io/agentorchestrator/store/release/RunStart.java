package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import java.util.List;

/**
 * A run whose workflow is to be started; everything that the start needs is in the store, so that it can be repeated.
 *
 * @param name the DAG's name; empty for a group
 * @param plan by PlanCodec; owned by this record and not to be changed
 * @param granted indexes of tasks that are out of the backlog
 */
public record RunStart(
        RunKey key, RunKind kind, String tenant, int plannerVersion, String name, byte[] plan, List<Integer> granted) {}
