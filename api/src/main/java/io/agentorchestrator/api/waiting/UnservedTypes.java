package io.agentorchestrator.api.waiting;

import io.agentorchestrator.api.submission.DagSpec;
import io.agentorchestrator.api.submission.DagSpec.DagTaskSpec;
import io.agentorchestrator.api.submission.TaskFields;
import io.agentorchestrator.api.submission.Warning;
import io.agentorchestrator.workflows.selector.Selector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Warns of tasks whose types no live agent serves, or none that meets their selectors: they are accepted, and wait. Says nothing while the store does not answer. Thread-safe. */
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
        Selector required = task.selectorOrAny().required();
        return fleet.now()
                .filter(agents -> !agents.isServed(type, tenant, required))
                .map(agents -> List.of(warning(agents, type, tenant, required, "/task_type")))
                .orElse(List.of());
    }

    /** The warnings of a DAG or a batch: each type once for each selector, where it stands first. */
    public List<Warning> of(String tenant, DagSpec dag) {
        FleetView agents = fleet.now().orElse(null);
        if (agents == null) {
            return List.of();
        }
        Set<Object> seen = new HashSet<>();
        List<Warning> warnings = new ArrayList<>();
        for (DagTaskSpec task : dag.tasks()) {
            String type = task.fields().requiredType();
            Selector required = task.fields().selectorOrAny().required();
            if (warnings.size() < MAX_TOLD
                    && seen.add(List.of(type, required))
                    && !agents.isServed(type, tenant, required)) {
                warnings.add(warning(agents, type, tenant, required, task.pointer()));
            }
        }
        return warnings;
    }

    private static Warning warning(FleetView agents, String type, String tenant, Selector required, String pointer) {
        return new Warning(
                Warning.Code.NO_AGENT,
                pointer,
                agents.unserved(type, tenant, required) + "; the task waits until one does");
    }
}
