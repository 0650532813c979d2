package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a run's workflow starts with. Field names are a contract with every run in flight: add, never rename.
 *
 * @param plannerVersion which rules the planner follows for this run, for its whole life
 * @param name what people call it: the DAG's name
 * @param plan compact, by {@code PlanCodec}
 * @param granted tasks that were released together with the start
 * @param carriedOver the planner's state where this run goes on after continue-as-new; absent at first
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
        List<Integer> granted,
        RunSettings settings,
        byte @Nullable [] carriedOver) {

    public RunInput {
        granted = orNone(granted);
    }

    /** The planner's rules as of this release. */
    public static final int CURRENT_PLANNER_VERSION = 1;

    /** The input of a run that begins. */
    public static RunInput first(
            RunKind kind,
            RunKey key,
            String tenant,
            int plannerVersion,
            String name,
            byte[] plan,
            List<Integer> granted,
            RunSettings settings) {
        return new RunInput(
                kind, key.runId(), key.runNumber(), tenant, plannerVersion, name, plan, granted, settings, null);
    }

    /** The same run, going on after continue-as-new. */
    RunInput carryingOver(byte[] state) {
        return new RunInput(kind, runId, runNumber, tenant, plannerVersion, name, plan, List.of(), settings, state);
    }

    /** A list that JSON may have left out. */
    static <T> List<T> orNone(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    public RunKey key() {
        return new RunKey(runId, runNumber);
    }
}
