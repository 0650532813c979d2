package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.cli.failure.CliFailure;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Every scenario there is. */
public final class Scenarios {
    private static final List<Scenario> STEADY =
            Arrays.stream(SteadyLoad.values()).map(SteadyLoad::scenario).toList();

    private static final List<Scenario> OTHERS = List.of(
            new Scenario(
                    "max",
                    "Finds the highest rate held for a minute under the bounds of high-throughput: of the standard mix"
                        + " submitted singly, then of tasks that do nothing, with payloads of 200 bytes, in batches of"
                        + " 100.",
                    MaxRate::run),
            new Scenario(
                    "concurrency",
                    "Keeps 10,000 slots of agents busy with tasks of a minute each, submitted in batches of 100, and"
                            + " looks how many are used.",
                    Concurrency::run),
            new Scenario(
                    "large-dags",
                    "Runs a DAG of 10,000 tasks in 100 levels of 100, then one of 10,000 tasks side by side.",
                    LargeDags::run),
            new Scenario(
                    "soak",
                    "Submits the standard mix at half of what is possible, for half an hour unless told otherwise, and"
                            + " compares the end with the beginning.",
                    Soak::run),
            new Scenario(
                    "idle",
                    "Measures for a minute what the stack's processes use while there is nothing to do.",
                    Idle::run),
            new Scenario(
                    "compare",
                    "Runs the standard mix by one hand-written workflow per task, by one Standalone Activity per task"
                        + " and by the product, in turns, each as fast as it can, and compares the tasks completed in"
                        + " a second.",
                    Compare::run),
            new Scenario(
                    "small-workloads",
                    "Runs single tasks, a fan-out, a chain and small DAGs of tasks that do nothing, by hand-written"
                            + " workflows, by Standalone Activities where there is such a form, and by the product, in"
                            + " turns.",
                    SmallWorkloads::run),
            new Scenario(
                    "utilization",
                    "Measures how busy one agent is while tasks wait for it, for numbers of slots and lengths of"
                            + " tasks, one pair after the other.",
                    Utilization::run),
            new Scenario(
                    "alone",
                    "Runs single tasks that do nothing, each some time after the one before, and looks how long they"
                            + " take.",
                    Alone::run),
            new Scenario(
                    "critical",
                    "Submits CRITICAL tasks one by one while NORMAL ones of 50 ms fill every slot and queue of their"
                            + " agent, and looks how long they wait.",
                    Critical::run),
            new Scenario(
                    "long-tasks",
                    "Submits 10,000 tasks of 10 minutes one by one, unless told otherwise, and measures what they cost"
                            + " while all of them run; then cancels them.",
                    LongTasks::run),
            new Scenario(
                    "failover",
                    "Submits the standard mix, each task by itself, to two APIs beside two workers: 1,000 tasks/s,"
                            + " unless told otherwise. Halfway one of each is killed with SIGKILL, and does not come"
                            + " back.",
                    Failover::run),
            new Scenario(
                    "standstill",
                    "Stops a part of the stack with SIGSTOP while 200 tasks of two minutes run, unless told otherwise,"
                            + " and lets it go on; one part after the other.",
                    Standstill::run),
            new Scenario(
                    "subscribers",
                    "Submits the standard mix at 500 tasks/s, unless told otherwise, first alone and then while 200"
                            + " event streams follow all of its tenant.",
                    ManySubscribers::run),
            new Scenario(
                    "large-results",
                    "Runs 300 tasks with results of 1 MiB, unless told otherwise, and reads each of them back, 16 at"
                            + " once.",
                    LargeResults::run));

    private Scenarios() {}

    /** The names of all scenarios. */
    public static List<String> names() {
        return all().map(Scenario::scenarioName).toList();
    }

    private static Stream<Scenario> all() {
        return Stream.concat(STEADY.stream(), OTHERS.stream());
    }

    /** Finds the scenarios with these names; none named: the four that submit at one rate. */
    public static List<Scenario> named(List<String> names) {
        return names.isEmpty() ? STEADY : names.stream().map(Scenarios::named).toList();
    }

    private static Scenario named(String name) {
        return all().filter(each -> each.scenarioName().equals(name))
                .findFirst()
                .orElseThrow(() -> new CliFailure(
                        "There is no scenario `" + name + "`: choose of " + String.join(", ", names()) + "."));
    }
}
