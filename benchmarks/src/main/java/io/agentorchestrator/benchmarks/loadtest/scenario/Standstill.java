package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.FurtherProcesses;
import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.fleet.Standstills;
import io.agentorchestrator.benchmarks.loadtest.generate.OpenLoop;
import io.agentorchestrator.benchmarks.loadtest.generate.RetryMode;
import io.agentorchestrator.benchmarks.loadtest.generate.Sender;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.scenario.Options.FleetSize;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.stack.Component;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Measures the cost to tasks at agents when a part of the stack stands still for a while, one part after the other. */
final class Standstill implements Scenario {
    private static final String TYPE = "load-standstill";
    private static final int TASKS = 200;
    private static final Duration TASK = Duration.ofMinutes(2);
    private static final double RATE = 100;
    private static final double SPARE_SLOTS = 1.2;
    private static final Duration RUNNING_LIMIT = Duration.ofMinutes(1);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration BEFORE = Duration.ofSeconds(3);
    /** Time to wait beyond the tasks' own length and the standstill. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** The part that stands still, and for how long. */
    private enum Part {
        API(Component.API, 60),
        THE_ONLY_WORKER(Component.WORKER, 45),
        ONE_OF_TWO_WORKERS(Component.WORKER, 45),
        TEMPORAL(Component.TEMPORAL, 60),
        POSTGRESQL(Component.POSTGRES, 30),
        AGENT(null, 45);

        private final @Nullable Component component;
        private final Duration length;

        Part(@Nullable Component component, int seconds) {
            this.component = component;
            this.length = Duration.ofSeconds(seconds);
        }

        String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ') + " for " + length.toSeconds() + " s";
        }
    }

    /** The outcomes of the tasks. */
    private record Found(Audit audit, long executedTwice, long failedAgents) {}

    @Override
    public String scenarioName() {
        return "standstill";
    }

    @Override
    public String what() {
        return "Stops a part of the stack with SIGSTOP while 200 tasks of two minutes run, unless told otherwise, and lets it go on; one part after"
                + " the other.";
    }

    @Override
    public Report run(Target target, Options options) throws Exception {
        int tasks = options.tasks() == null ? TASKS : options.tasks();
        Duration task = options.taskDuration() == null ? TASK : options.taskDuration();
        FleetSize fleet = options.fleetOr(new FleetSize(1, (int) Math.ceil(SPARE_SLOTS * tasks)));
        List<ReportTable> tables = new ArrayList<>();
        List<GoalVerdict> verdicts = new ArrayList<>();
        Instant at = Instant.now();
        for (Part part : Part.values()) {
            target.told().accept("To stand still: " + part.words() + ".");
            Found found = part == Part.ONE_OF_TWO_WORKERS
                    ? besideAnother(target, part, fleet, tasks, task)
                    : measure(target, part, fleet, tasks, task);
            List<GoalVerdict> ofPart = verdicts(part, found, tasks);
            ofPart.stream().map(GoalVerdict::words).forEach(target.told());
            verdicts.addAll(ofPart);
        }
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        settings.put("tasks", Figures.count(tasks) + " of " + task);
        settings.put("agents", fleet.words());
        tables.add(ReportTable.of("Configuration", "", "", settings));
        tables.addAll(Tables.circumstances(target));
        return new Report(scenarioName(), what(), at, verdicts, tables, null, List.of(), 0);
    }

    private static Found besideAnother(Target target, Part part, FleetSize fleet, int tasks, Duration task)
            throws Exception {
        try (FurtherProcesses _ = FurtherProcesses.start(target.layout(), target.settings(), Component.WORKER)) {
            return measure(target, part, fleet, tasks, task);
        }
    }

    private static Found measure(Target target, Part part, FleetSize fleet, int tasks, Duration task) throws Exception {
        TaskLog log = new TaskLog();
        SameTasks same = new SameTasks(TYPE, "NORMAL", task.toMillis());
        TaskApi api = target.tasks();
        try (LoadAgents agents = target.startAgents(List.of(TYPE), fleet);
                Sender sender = new Sender(target.apiUrl())) {
            new OpenLoop(sender, new RetryMode.Once(), log, LoadRun.MAX_OUTSTANDING)
                    .run(LoadSettings.of(tasks, RATE, 0).pace(), same::single, Instant.now());
            awaitRunning(api, log.size());
            Thread.sleep(BEFORE);
            Standstills.stop(pid(target, part, agents), part.length);
            Audit audit = Audit.of(
                    api,
                    log,
                    Clearing.clear(
                            target, List.of(TYPE), log, task.plus(part.length).plus(PATIENCE)));
            return new Found(audit, agents.executedTwice(), api.blamedAgents());
        }
    }

    private static long pid(Target target, Part part, LoadAgents agents) {
        Component component = part.component;
        return component == null
                ? agents.pids().getFirst()
                : ProcessIdentity.readLiving(target.layout().pidFile(component))
                        .orElseThrow(() -> new CliFailure(component.title() + " does not run."))
                        .pid();
    }

    private static void awaitRunning(TaskApi api, int tasks) throws Exception {
        long deadline = System.nanoTime() + RUNNING_LIMIT.toNanos();
        while (api.depth(List.of(TYPE)).running() < tasks) {
            if (System.nanoTime() - deadline > 0) {
                throw new CliFailure("Not all of the " + tasks + " tasks ran within " + RUNNING_LIMIT + ".");
            }
            Thread.sleep(LOOK_EVERY);
        }
    }

    private static List<GoalVerdict> verdicts(Part part, Found found, int tasks) {
        Audit audit = found.audit();
        return List.of(
                new GoalVerdict(
                        part.words() + ": all complete",
                        Figures.count(audit.completed()) + " of " + Figures.count(tasks),
                        audit.completed() == tasks),
                GoalVerdict.none(part.words() + ": attempts used up", audit.retried()),
                GoalVerdict.none(part.words() + ": tasks executed twice", found.executedTwice()),
                GoalVerdict.none(part.words() + ": agents that circuit breakers blame", found.failedAgents()));
    }
}
