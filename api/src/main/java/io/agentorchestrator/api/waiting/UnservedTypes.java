package io.agentorchestrator.api.waiting;

import io.agentorchestrator.api.submission.DagSpec;
import io.agentorchestrator.api.submission.DagSpec.DagTaskSpec;
import io.agentorchestrator.api.submission.TaskFields;
import io.agentorchestrator.api.submission.Warning;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Warns of tasks whose types no live agent serves: they are accepted, and wait. Says nothing while the store does not answer. Thread-safe. */
@Component
public final class UnservedTypes {
    /** Types that are told at most. */
    private static final int MAX_TOLD = 20;

    private final FleetCache fleet;

    UnservedTypes(FleetCache fleet) {
        this.fleet = fleet;
    }

    /** The warning of a task, if there is one. */
    public List<Warning> of(String tenant, TaskFields task) {
        String type = task.requiredType();
        return fleet.now()
                .filter(agents -> !agents.isServed(type, tenant))
                .map(agents -> List.of(warning(agents, type, tenant, "/task_type")))
                .orElse(List.of());
    }

    /** The warnings of a DAG or a batch: each type once, where it stands first. */
    public List<Warning> of(String tenant, DagSpec dag) {
        FleetView agents = fleet.now().orElse(null);
        if (agents == null) {
            return List.of();
        }
        Set<String> seen = new HashSet<>();
        List<Warning> warnings = new ArrayList<>();
        for (DagTaskSpec task : dag.tasks()) {
            String type = task.fields().requiredType();
            if (warnings.size() < MAX_TOLD && seen.add(type) && !agents.isServed(type, tenant)) {
                warnings.add(warning(agents, type, tenant, task.pointer()));
            }
        }
        return warnings;
    }

    private static Warning warning(FleetView agents, String type, String tenant, String pointer) {
        return new Warning(
                Warning.Code.NO_AGENT, pointer, agents.unserved(type, tenant) + "; the task waits until one does");
    }
}
