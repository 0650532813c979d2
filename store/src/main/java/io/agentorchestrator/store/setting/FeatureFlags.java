package io.agentorchestrator.store.setting;

import java.util.List;
import java.util.Optional;

/**
 * All feature flags that there are. A function that is built calls {@code built} in place of {@code planned}, and asks
 * {@link LiveSettings#isOn}.
 */
public final class FeatureFlags {
    public static final FeatureFlag COST_BASED_SCHEDULING = built(
            "cost_based_scheduling",
            "Lets the setting scheduling_strategy be COST_BASED: tasks go to the agents on which they are expected to cost least.",
            false);

    /** The critical path itself is computed for every DAG, and told, flag or no flag. */
    public static final FeatureFlag CRITICAL_PATH_ANALYSIS = built(
            "critical_path_analysis",
            "Tells by measured times: the critical path, the slack of tasks, the predicted finish of DAGs, and deadlines that cannot be"
                    + " met. Off, the critical path is told by estimated complexity, and the rest not at all.",
            true);

    public static final FeatureFlag DAG_OPTIMIZATION = built(
            "dag_optimization",
            "Tasks of a DAG that are equal otherwise go in the order of the longest path that remains behind them. Off, in the order of the"
                    + " document; what was submitted keeps its order.",
            true);

    public static final FeatureFlag PREDICTIVE_SCALING =
            planned("predictive_scaling", "Asks for agents before the load that is expected arrives.", false);

    public static final FeatureFlag LOAD_SHEDDING =
            built("load_shedding", "Refuses submissions of low priority while the system is near its capacity.", true);

    /** In the order in which they are listed. */
    public static final List<FeatureFlag> ALL =
            List.of(COST_BASED_SCHEDULING, CRITICAL_PATH_ANALYSIS, DAG_OPTIMIZATION, PREDICTIVE_SCALING, LOAD_SHEDDING);

    private FeatureFlags() {}

    public static Optional<FeatureFlag> named(String name) {
        return ALL.stream().filter(flag -> flag.name().equals(name)).findFirst();
    }

    /** A flag that this version goes by. */
    private static FeatureFlag built(String name, String summary, boolean standard) {
        return FeatureFlag.of(name, summary, standard, true);
    }

    /** A flag with nothing behind it yet. */
    private static FeatureFlag planned(String name, String summary, boolean standard) {
        return FeatureFlag.of(name, summary, standard, false);
    }
}
