package io.agentorchestrator.api.submission;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Collects the warnings of a submission, a hundred at most. */
public final class Warnings {
    private static final int MAX_TOLD = 100;

    private Warnings() {}

    /** The warnings of a DAG. */
    public static List<Warning> of(PlannedDag planned) {
        List<Warning> warnings = new ArrayList<>();
        planned.graph()
                .repeated()
                .forEach(repeated -> warnings.add(
                        new Warning(Warning.Code.REPEATED_DEPENDENCY, repeated.pointer(), repeated.message())));
        warnings.addAll(of(planned.spec().fields()));
        return List.copyOf(warnings.subList(0, Math.min(warnings.size(), MAX_TOLD)));
    }

    /** The warnings of tasks, alone or in a batch. */
    public static List<Warning> of(Collection<TaskFields> tasks) {
        // Those from a DAG's defaults are one object, and told once.
        Set<Dependencies> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Warning> warnings = new ArrayList<>();
        for (TaskFields task : tasks) {
            Dependencies dependencies = task.dependenciesOrNone();
            if (warnings.size() < MAX_TOLD && distinct.add(dependencies)) {
                warnings.addAll(dependencies.repeated());
            }
        }
        return List.copyOf(warnings.subList(0, Math.min(warnings.size(), MAX_TOLD)));
    }

    /** These warnings and further ones. */
    public static List<Warning> and(List<Warning> some, List<Warning> more) {
        return Stream.concat(some.stream(), more.stream()).limit(MAX_TOLD).toList();
    }
}
