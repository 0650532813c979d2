package io.agentorchestrator.store.release;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.workflows.release.TaskClass;
import io.agentorchestrator.workflows.release.TaskClasses;
import io.agentorchestrator.workflows.selector.TaskSelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Classes of tasks as a table within a statement, with a row for each line that tasks of a class wait in: one for those without a selector, one for
 * each selector. Immutable.
 */
final class WaitingClasses {
    /**
     * The rows {@code c(class, task_type, only_of, not_of, line)}; four parameters. A tenant's name has no comma.
     */
    static final String TABLE = """
            (select class, task_type, string_to_array(only_of, ',') as only_of, string_to_array(not_of, ',') as not_of, line
             from unnest(?::text[], ?::text[], ?::text[], ?::text[]) with ordinality as u(task_type, only_of, not_of, line, class)) c""";

    /** The condition that task {@code q} waits in a line of class {@code c}. */
    static final String HAS = """
            (q.task_type = c.task_type and q.held_by = c.line and (c.only_of is null or q.tenant = any(c.only_of))
              and (c.not_of is null or q.tenant <> all(c.not_of)))""";

    private final List<Line> lines = new ArrayList<>();
    private final Map<String, Map<String, Integer>> named;

    /** @param key as in {@code task_state.selector_key} */
    record Line(TaskClass tasks, String key) {
        /** The line of all tenants that it is, or is a part of. */
        BacklogLine ofAll() {
            return new BacklogLine(tasks.taskType(), key);
        }
    }

    WaitingClasses(Collection<TaskClass> all, TaskClasses classes) {
        this.named = classes.named();
        for (TaskClass tasks : all) {
            if (tasks.selectors() == TaskClass.OTHERS) {
                lines.add(new Line(tasks, TaskSelector.NO_KEY));
            }
            classes.lines().getOrDefault(tasks.taskType(), Map.of()).forEach((key, number) -> {
                if (number == tasks.selectors()) {
                    lines.add(new Line(tasks, key));
                }
            });
        }
    }

    /** The class of a row, by its column {@code class}. */
    TaskClass at(long number) {
        return lines.get((int) number - 1).tasks();
    }

    /** Tells whether a tenant's tasks are of the class, where they are of its type and its selectors. */
    boolean has(TaskClass tasks, String tenant) {
        return named.getOrDefault(tasks.taskType(), Map.of()).getOrDefault(tenant, TaskClass.OTHERS) == tasks.tenants();
    }

    /** The lines, in the order of the rows. */
    List<Line> lines() {
        return List.copyOf(lines);
    }

    /** The classes of the rows, in their order. */
    List<TaskClass> all() {
        return lines.stream().map(Line::tasks).toList();
    }

    /** The parameters of {@link #TABLE}. */
    Columns<Line> columns() {
        return Columns.of(lines)
                .texts(line -> line.tasks().taskType())
                .texts(line -> onlyOf(line.tasks()))
                .texts(line -> notOf(line.tasks()))
                .texts(Line::key);
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
