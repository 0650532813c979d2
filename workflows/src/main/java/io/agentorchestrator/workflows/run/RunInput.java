package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.planner.PlannerSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The input of a run's workflow. Field names are a contract with every run in flight: add, never rename.
 *
 * @param tenant {@link #NO_TENANT} for a group of several tenants' tasks
 * @param plannerVersion which rules the planner follows for this run, for its whole life
 * @param name what people call it: the DAG's name
 * @param plan compact, by {@code PlanCodec}
 * @param released tasks that were released together with the start
 * @param carriedOver the planner's state where this run goes on after continue-as-new, or takes over from a run that was lost;
 *     absent at first
 * @param lastToggle the sequence of the last PAUSE or RESUME that was applied; 0 if none was
 * @param taskKeys what people call the tasks, by index; empty where that would take much room
 * @param commands that were accepted before the start; they may come again as signals
 */
@SuppressWarnings("ArrayRecordComponent")
public record RunInput(
        RunKind kind,
        UUID runId,
        int runNumber,
        String tenant,
        int plannerVersion,
        String name,
        byte[] plan,
        List<Integer> released,
        RunSettings settings,
        byte @Nullable [] carriedOver,
        long lastToggle,
        List<String> taskKeys,
        List<CommandSignal> commands) {

    public RunInput {
        released = List.copyOf(released);
        taskKeys = List.copyOf(taskKeys);
        commands = List.copyOf(commands);
    }

    /** The planner's rules as of this release. */
    public static final int CURRENT_PLANNER_VERSION = PlannerSettings.NEWEST_VERSION;

    /** The tenant, and the region, of a group whose tasks are of several. */
    public static final String NO_TENANT = "";

    /** Keys of tasks are carried where all of them together take no more, in UTF-8. */
    static final int MAX_TASK_KEYS_BYTES = 64 * 1024;

    /** The input of a run that begins. */
    public static RunInput first(
            RunKind kind,
            RunKey key,
            String tenant,
            int plannerVersion,
            String name,
            byte[] plan,
            List<Integer> released,
            RunSettings settings) {
        return start(kind, key, tenant, plannerVersion, name, plan, released, settings, List.of(), null, List.of());
    }

    /**
     * The input of a run that begins, perhaps with tasks of a run that was lost.
     *
     * @param taskKeys by index, or none; dropped if they take more than {@value #MAX_TASK_KEYS_BYTES} bytes
     * @param resumption absent unless the run takes over from one that was lost
     * @param commands that the run has not heard of, in their order
     */
    public static RunInput start(
            RunKind kind,
            RunKey key,
            String tenant,
            int plannerVersion,
            String name,
            byte[] plan,
            List<Integer> released,
            RunSettings settings,
            List<String> taskKeys,
            @Nullable Resumption resumption,
            List<CommandSignal> commands) {
        return new RunInput(
                kind,
                key.runId(),
                key.runNumber(),
                tenant,
                plannerVersion,
                name,
                plan,
                released,
                settings,
                resumption == null ? null : resumption.plannerState(),
                resumption == null ? 0 : resumption.lastToggle(),
                areShort(taskKeys) ? taskKeys : List.of(),
                commands);
    }

    private static boolean areShort(List<String> taskKeys) {
        long bytes = taskKeys.stream()
                .mapToLong(key -> key.getBytes(StandardCharsets.UTF_8).length)
                .sum();
        return bytes <= MAX_TASK_KEYS_BYTES;
    }

    /** The same run, going on after continue-as-new. */
    RunInput carryingOver(byte[] state, long toggle) {
        return new RunInput(
                kind,
                runId,
                runNumber,
                tenant,
                plannerVersion,
                name,
                plan,
                List.of(),
                settings,
                state,
                toggle,
                taskKeys,
                List.of());
    }

    /** A list that a signal, which anybody may send, has perhaps left out. */
    static <T> List<T> orNone(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    public RunKey key() {
        return new RunKey(runId, runNumber);
    }
}
