package io.agentorchestrator.api.submission;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.store.dependency.CrossRunDependents;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Checks that the tasks that others depend on are there. Thread-safe. */
@Component
public final class DependencyCheck {
    private final CrossRunDependents dependents;

    DependencyCheck(CrossRunDependents dependents) {
        this.dependents = dependents;
    }

    /**
     * Checks the dependencies of these tasks on tasks submitted earlier.
     *
     * @throws ProblemException that names those which the tenant does not have
     */
    public void check(String tenant, Collection<TaskFields> tasks) {
        // Those from a DAG's defaults are one object, and told once.
        Set<Dependencies> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<UUID> ids = new LinkedHashSet<>();
        for (TaskFields task : tasks) {
            Dependencies dependencies = task.dependenciesOrNone();
            if (distinct.add(dependencies)) {
                ids.addAll(dependencies.taskIds());
            }
        }
        if (ids.isEmpty()) {
            return;
        }
        Set<UUID> unknown = dependents.unknown(tenant, ids);
        if (unknown.isEmpty()) {
            return;
        }
        ValidationErrors errors = new ValidationErrors();
        for (TaskFields task : tasks) {
            Dependencies dependencies = task.dependenciesOrNone();
            if (distinct.remove(dependencies)) {
                addErrors(dependencies, unknown, errors);
            }
        }
        errors.throwIfAny();
    }

    private static void addErrors(Dependencies dependencies, Set<UUID> unknown, ValidationErrors errors) {
        List<UUID> ids = dependencies.taskIds();
        for (int index = 0; index < ids.size(); index++) {
            if (unknown.contains(ids.get(index))) {
                errors.add(
                        ProblemCode.UNKNOWN_DEPENDENCY,
                        dependencies.pointer() + "/" + index,
                        "there is no task '%s'; a dependency is a task that was submitted earlier"
                                .formatted(ids.get(index)));
            }
        }
    }
}
