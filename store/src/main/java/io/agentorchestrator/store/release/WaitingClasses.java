package io.agentorchestrator.store.release;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.workflows.release.TaskClass;
import io.agentorchestrator.workflows.release.TaskClasses;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Classes of tasks as a table within a statement. Immutable. */
final class WaitingClasses {
    /**
     * The rows {@code c(class, task_type, only_of, not_of)}; three parameters. A tenant's name has no comma.
     */
    static final String TABLE = """
            (select class, task_type, string_to_array(only_of, ',') as only_of, string_to_array(not_of, ',') as not_of
             from unnest(?::text[], ?::text[], ?::text[]) with ordinality as u(task_type, only_of, not_of, class)) c""";

    /** The condition that task {@code q} is of class {@code c}. */
    static final String HAS = """
            (q.task_type = c.task_type and (c.only_of is null or q.tenant = any(c.only_of))
              and (c.not_of is null or q.tenant <> all(c.not_of)))""";

    private final List<TaskClass> all;
    private final Map<String, Map<String, Integer>> named;

    WaitingClasses(Collection<TaskClass> all, TaskClasses classes) {
        this.all = List.copyOf(all);
        this.named = classes.named();
    }

    /** The class of a row, by its column {@code class}. */
    TaskClass at(long number) {
        return all.get((int) number - 1);
    }

    /** The column {@code class} of a class, one of these. */
    long number(TaskClass tasks) {
        return all.indexOf(tasks) + 1L;
    }

    List<TaskClass> all() {
        return all;
    }

    /** The parameters of {@link #TABLE}. */
    Columns<TaskClass> columns() {
        return Columns.of(all).texts(TaskClass::taskType).texts(this::onlyOf).texts(this::notOf);
    }

    /** Tenants whose tasks are of the class, joined with commas; null: all that are not left out. */
    private @Nullable String onlyOf(TaskClass tasks) {
        return tasks.tenants() == TaskClass.OTHERS ? null : joined(tasks, number -> number == tasks.tenants());
    }

    /** Tenants whose tasks are of other classes than this, joined with commas; null: nobody's are. */
    private @Nullable String notOf(TaskClass tasks) {
        return tasks.tenants() == TaskClass.OTHERS && named.containsKey(tasks.taskType())
                ? joined(tasks, number -> true)
                : null;
    }

    private String joined(TaskClass tasks, IntPredicate numbers) {
        return named.getOrDefault(tasks.taskType(), Map.of()).entrySet().stream()
                .filter(tenant -> numbers.test(tenant.getValue()))
                .map(Map.Entry::getKey)
                .sorted()
                .collect(Collectors.joining(","));
    }
}
