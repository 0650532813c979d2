package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.cli.failure.CliFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Every scenario there is. */
public final class Scenarios {
    private static final List<Scenario> ALL = all();

    private Scenarios() {}

    private static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>(Arrays.asList(SteadyLoad.values()));
        all.addAll(List.of(
                new MaxRate(),
                new Concurrency(),
                new LargeDags(),
                new Soak(),
                new Idle(),
                new Compare(),
                new SmallWorkloads(),
                new Utilization(),
                new Alone(),
                new Critical(),
                new LongTasks(),
                new Failover(),
                new Standstill(),
                new ManySubscribers(),
                new LargeResults()));
        return List.copyOf(all);
    }

    /** The names of all scenarios. */
    public static List<String> names() {
        return ALL.stream().map(Scenario::scenarioName).toList();
    }

    /** Finds the scenarios with these names; none named: the four that submit at one rate. */
    public static List<Scenario> named(List<String> names) {
        if (names.isEmpty()) {
            return List.of(SteadyLoad.values());
        }
        return names.stream().map(Scenarios::named).toList();
    }

    private static Scenario named(String name) {
        return ALL.stream()
                .filter(each -> each.scenarioName().equals(name))
                .findFirst()
                .orElseThrow(() -> new CliFailure(
                        "There is no scenario `" + name + "`: choose of " + String.join(", ", names()) + "."));
    }
}
