package io.agentorchestrator.api.submission;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
        return first(warnings);
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
        return first(warnings);
    }

    /** All of these, in their order. */
    @SafeVarargs
    public static List<Warning> all(List<Warning>... warnings) {
        List<Warning> all = new ArrayList<>();
        for (List<Warning> some : warnings) {
            all.addAll(some);
        }
        return first(all);
    }

    /** These; null if there are none, which answers leave out. */
    public static @Nullable List<Warning> orAbsent(List<Warning> warnings) {
        return warnings.isEmpty() ? null : first(warnings);
    }

    private static List<Warning> first(List<Warning> warnings) {
        return List.copyOf(warnings.subList(0, Math.min(warnings.size(), MAX_TOLD)));
    }
}
