package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.planner.PlannerSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The input of a run's workflow, beside its plan and its planner's snapshot. Field names are a contract with every run in flight: add,
 * never rename.
 *
 * @param tenant {@link #NO_TENANT} for a group of several tenants' tasks
 * @param plannerVersion which rules the planner follows for this run, for its whole life
 * @param name what people call it: the DAG's name
 * @param released tasks that were released together with the start
 * @param lastToggle the sequence of the last PAUSE or RESUME that was applied; 0 if none was
 * @param taskKeys what people call the tasks, by index; left out where they take more than {@value #MAX_TASK_KEYS_BYTES} bytes
 * @param commands that were accepted before the start and the run has not heard of, in their order; they may come again as signals
 */
public record RunInput(
        RunKind kind,
        UUID runId,
        int runNumber,
        String tenant,
        int plannerVersion,
        String name,
        List<Integer> released,
        RunSettings settings,
        long lastToggle,
        List<String> taskKeys,
        List<CommandSignal> commands) {

    /** The planner's rules as of this release. */
    public static final int CURRENT_PLANNER_VERSION = PlannerSettings.NEWEST_VERSION;

    /** The tenant, and the region, of a group whose tasks are of several. */
    public static final String NO_TENANT = "";

    /** Keys of tasks are carried where all of them together take no more, in UTF-8. */
    static final int MAX_TASK_KEYS_BYTES = 64 * 1024;

    public RunInput {
        released = List.copyOf(released);
        taskKeys = areShort(taskKeys) ? List.copyOf(taskKeys) : List.of();
        commands = List.copyOf(commands);
    }

    private static boolean areShort(List<String> taskKeys) {
        long bytes = taskKeys.stream()
                .mapToLong(key -> key.getBytes(StandardCharsets.UTF_8).length)
                .sum();
        return bytes <= MAX_TASK_KEYS_BYTES;
    }

    /** The same run, going on after continue-as-new. */
    RunInput continued(long toggle) {
        return new RunInput(
                kind, runId, runNumber, tenant, plannerVersion, name, List.of(), settings, toggle, taskKeys, List.of());
    }

    /** A list that a signal, which anybody may send, has perhaps left out. */
    static <T> List<T> orNone(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
