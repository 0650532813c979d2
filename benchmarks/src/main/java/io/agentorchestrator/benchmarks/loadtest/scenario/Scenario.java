package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.cli.failure.CliFailure;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Every scenario there is: something that can be run against a stack. */
public enum Scenario {
    BASELINE(SteadyLoad.BASELINE),
    HIGH_THROUGHPUT(SteadyLoad.HIGH_THROUGHPUT),
    COMPLEX_DEPENDENCIES(SteadyLoad.COMPLEX_DEPENDENCIES),
    CHAOS(SteadyLoad.CHAOS),
    MAX(
            "Finds the highest rate held for a minute under the bounds of high-throughput: of the standard mix submitted"
                    + " singly, then of tasks that do nothing, with payloads of 200 bytes, in batches of 100.",
            MaxRate::run),
    CONCURRENCY(
            "Keeps 10,000 slots of agents busy with tasks of a minute each, submitted in batches of 100, and looks how many"
                    + " are used.",
            Concurrency::run),
    LARGE_DAGS(
            "Runs a DAG of 10,000 tasks in 100 levels of 100, then one of 10,000 tasks side by side.", LargeDags::run),
    SOAK(
            "Submits the standard mix at half of what is possible, for half an hour unless told otherwise, and compares the end"
                    + " with the beginning.",
            Soak::run),
    IDLE("Measures for a minute what the stack's processes use while there is nothing to do.", Idle::run),
    COMPARE(
            "Runs the standard mix by one hand-written workflow per task, by one Standalone Activity per task and by the product,"
                    + " in turns, each as fast as it can, and compares the tasks completed in a second.",
            Compare::run),
    SMALL_WORKLOADS(
            "Runs single tasks, a fan-out, a chain and small DAGs of tasks that do nothing, by hand-written workflows, by"
                    + " Standalone Activities where there is such a form, and by the product, in turns.",
            SmallWorkloads::run),
    UTILIZATION(
            "Measures how busy one agent is while tasks wait for it, for numbers of slots and lengths of tasks, one pair after the"
                    + " other.",
            Utilization::run),
    ALONE(
            "Runs single tasks that do nothing, each some time after the one before, and looks how long they take.",
            Alone::run),
    CRITICAL(
            "Submits CRITICAL tasks one by one while NORMAL ones of 50 ms fill every slot and queue of their agent, and looks how"
                    + " long they wait.",
            Critical::run),
    LONG_TASKS(
            "Submits 10,000 tasks of 10 minutes one by one, unless told otherwise, and measures what they cost while all of them"
                    + " run; then cancels them.",
            LongTasks::run),
    FAILOVER(
            "Submits the standard mix, each task by itself, to two APIs beside two workers: 1,000 tasks/s, unless told otherwise. Halfway one"
                    + " of each is killed with SIGKILL, and does not come back.",
            Failover::run),
    OVERLOAD(
            "Submits twice as many tasks as the agents can do, which it measures before, against a limit of ten seconds' work, and CRITICAL ones"
                    + " one by one beside; looks what becomes of what is accepted.",
            Overload::run),
    STANDSTILL(
            "Stops a part of the stack with SIGSTOP while 200 tasks of two minutes run, unless told otherwise, and lets it go on; one part after"
                    + " the other.",
            Standstill::run),
    SUBSCRIBERS(
            "Submits the standard mix at 500 tasks/s, unless told otherwise, first alone and then while 200 event streams follow all of its tenant.",
            ManySubscribers::run),
    LARGE_RESULTS(
            "Runs 300 tasks with results of 1 MiB, unless told otherwise, and reads each of them back, 16 at once.",
            LargeResults::run),
    LIMITS(
            "Queues 500 tasks of which a limit lets 100 start in a minute, kills one of two workers with SIGKILL in the middle, and counts the starts of"
                    + " every minute.",
            StartLimit::run),
    PATH_ORDER(
            "Runs scientific workflows of three families on a pool a quarter as wide, in turns in the order of the document and with the longest"
                    + " remaining path first, five rounds unless told otherwise.",
            PathOrder::run),
    ORDER(
            "Queues 1,000 BACKGROUND tasks for ten slots, then ten CRITICAL ones of another type on the same agents, five rounds unless told otherwise, and"
                    + " counts what starts before the last of these.",
            CriticalFirst::run),
    FAIRNESS(
            "Has ten tenants compete, one with a hundred times as much queued as each other, then three of weights 1, 2 and 4, for 10 minutes each unless"
                    + " told otherwise, and measures the slot time of each.",
            Fairness::run),
    PREEMPTION(
            "Has CRITICAL tasks come while preemptible ones of 60 s hold every slot and as many wait, five at once and five one by one, first with one worker,"
                    + " then with a second one that watches none of them.",
            SlotsForUrgent::run),
    SCHEDULING_COST(
            "Submits the standard mix, each task by itself, at 700 tasks/s unless told otherwise, in turns with all of scheduling in use and all off, two"
                    + " rounds unless told otherwise, and compares the processor time of a task.",
            SchedulingCost::run),
    FLEET(
            "Runs 10,000 tasks of the standard mix on 200 agents that serve 50 types, and on as many that serve one, in turns, five rounds unless told"
                    + " otherwise.",
            LargeFleet::run);

    private final String what;

    @SuppressWarnings("ImmutableEnumChecker") // methods that hold nothing
    private final Run run;

    Scenario(SteadyLoad load) {
        this(load.sentence, load::run);
    }

    /** @param what it does, a sentence */
    Scenario(String what, Run run) {
        this.what = what;
        this.run = run;
    }

    /** The work of a scenario: it fills the report. */
    private interface Run {
        void run(Target target, Options options, Report report) throws Exception;
    }

    /** The name by which it is asked for. */
    public String scenarioName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A sentence on what it does. */
    public String what() {
        return what;
    }

    /** Runs it. */
    public Report report(Target target, Options options) throws Exception {
        List<ReportTable> circumstances = Circumstances.of(target);
        Report report = new Report(scenarioName(), what, Instant.now());
        run.run(target, options, report);
        circumstances.forEach(report::tables);
        return report;
    }

    /** The names of all scenarios. */
    public static List<String> names() {
        return Arrays.stream(values()).map(Scenario::scenarioName).toList();
    }

    /** Finds the scenarios with these names; none named: the four that submit at one rate. */
    public static List<Scenario> named(List<String> names) {
        return names.isEmpty()
                ? List.of(BASELINE, HIGH_THROUGHPUT, COMPLEX_DEPENDENCIES, CHAOS)
                : names.stream().map(Scenario::named).toList();
    }

    private static Scenario named(String name) {
        int place = names().indexOf(name);
        if (place < 0) {
            throw new CliFailure("There is no scenario `" + name + "`: choose of " + String.join(", ", names()) + ".");
        }
        return values()[place];
    }
}
