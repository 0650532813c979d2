package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.OpenLoop;
import io.agentorchestrator.benchmarks.loadtest.generate.RetryMode;
import io.agentorchestrator.benchmarks.loadtest.generate.Sender;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.measure.CpuMeter;
import io.agentorchestrator.benchmarks.loadtest.measure.Prometheus;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.scenario.Options.FleetSize;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import io.agentorchestrator.cli.stack.Component;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/** Measures the cost of many long tasks at agents that have nothing to tell. */
final class LongTasks implements Scenario {
    private static final String TYPE = "load-long";
    private static final int TASKS = 10_000;
    private static final int AGENTS = 4;
    /** Over the tasks, so that no agent has to be exactly full. */
    private static final double SPARE_SLOTS = 1.2;

    private static final double RATE = 200;
    private static final Duration TASK = Duration.ofMinutes(10);
    private static final Duration CALM = Duration.ofMinutes(1);
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Duration RUNNING_LIMIT = Duration.ofMinutes(4);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final double MOST_ACTIVITIES = 2;
    private static final double MOST_CORES = 0.05;
    /** Counts each activity that the worker has executed, however it ended; by Temporal's SDK. */
    private static final String ACTIVITIES = "temporal_activity_execution_latency_seconds_count";

    @Override
    public String scenarioName() {
        return "long-tasks";
    }

    @Override
    public String what() {
        return "Submits 10,000 tasks of 10 minutes one by one, unless told otherwise, and measures what they cost while all of them"
                + " run; then cancels them.";
    }

    /** The number of tasks and their length. */
    private record Wanted(int tasks, Duration task, LoadSettings settings, FleetSize fleet, Duration calm) {
        static Wanted of(Options options) {
            int tasks = options.tasks() == null ? TASKS : options.tasks();
            int agents = options.agents() == null ? AGENTS : options.agents();
            int slots = (int) Math.ceil(SPARE_SLOTS * tasks / agents);
            return new Wanted(
                    tasks,
                    options.taskDuration() == null ? TASK : options.taskDuration(),
                    options.or(RATE, WINDOW, Duration.ZERO),
                    new FleetSize(agents, options.slots() == null ? slots : options.slots()),
                    options.warmUp() == null ? CALM : options.warmUp());
        }

        /** The same pace, for as long as it takes. */
        LoadSettings submitting() {
            return LoadSettings.of(tasks, settings.rate(), settings.seed());
        }
    }

    /**
     * The findings.
     *
     * @param until all ran, from the first submission
     * @param activitiesPerSecond empty where the worker does not tell
     */
    private record Found(
            long running,
            Duration until,
            long stillRunning,
            OptionalDouble activitiesPerSecond,
            SequencedMap<String, Double> cores,
            long refused,
            Audit audit) {
        double workerCores() {
            return cores.getOrDefault(Component.WORKER.id(), Double.NaN);
        }
    }

    @Override
    public Report run(Target target, Options options) throws Exception {
        Wanted wanted = Wanted.of(options);
        List<ReportTable> circumstances = Tables.circumstances(target);
        Instant at = Instant.now();
        Found found;
        try (LoadAgents agents = target.startAgents(List.of(TYPE), wanted.fleet())) {
            found = measure(target, wanted, target.cpuMeter(agents));
        }
        List<ReportTable> tables = new ArrayList<>();
        tables.add(settings(wanted, found));
        tables.add(Tables.cores(found.cores()));
        tables.add(Tables.audit(found.audit()));
        tables.addAll(circumstances);
        return new Report(scenarioName(), what(), at, verdicts(wanted, found), tables, null, List.of(), 0);
    }

    private static Found measure(Target target, Wanted wanted, CpuMeter cpu) throws Exception {
        TaskApi api = target.tasks();
        TaskLog log = new TaskLog();
        SameTasks tasks = new SameTasks(TYPE, "NORMAL", wanted.task().toMillis());
        Instant start = Instant.now();
        try (Sender sender = new Sender(target.apiUrl());
                Prometheus worker = new Prometheus(target.settings().ports().workerUrl())) {
            OpenLoop loop = new OpenLoop(sender, new RetryMode.Once(), log, LoadRun.MAX_OUTSTANDING);
            target.told().accept("Submitting " + Figures.count(wanted.tasks()) + " tasks.");
            loop.run(wanted.submitting().pace(), tasks::single, start);
            long running = awaitRunning(target, api, log.size());
            Duration until = Duration.between(start, Instant.now());
            target.told()
                    .accept("Waiting for calm, then measuring for "
                            + wanted.settings().duration() + ".");
            LoadRun.sleepUntil(Instant.now().plus(wanted.calm()));
            OptionalDouble before = worker.total(ACTIVITIES);
            cpu.begin();
            Instant from = Instant.now();
            LoadRun.sleepUntil(from.plus(wanted.settings().duration()));
            cpu.sample();
            OptionalDouble after = worker.total(ACTIVITIES);
            double seconds = Duration.between(from, Instant.now()).toNanos() / 1e9;
            long stillRunning = running(api);
            return new Found(
                    running,
                    until,
                    stillRunning,
                    before.isPresent() && after.isPresent()
                            ? OptionalDouble.of((after.getAsDouble() - before.getAsDouble()) / seconds)
                            : OptionalDouble.empty(),
                    cpu.cores(),
                    loop.refused().total(),
                    Audit.of(api, log, Clearing.clear(target, List.of(TYPE), log, Duration.ZERO)));
        }
    }

    /** Waits until so many run; how many do then. */
    private static long awaitRunning(Target target, TaskApi api, int tasks) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + RUNNING_LIMIT.toNanos();
        long running = running(api);
        while (running < tasks && System.nanoTime() - deadline < 0) {
            target.told().accept(Figures.count(running) + " of them run.");
            Thread.sleep(LOOK_EVERY);
            running = running(api);
        }
        return running;
    }

    private static long running(TaskApi api) throws IOException, InterruptedException {
        return api.depth(List.of(TYPE)).running();
    }

    private static ReportTable settings(Wanted wanted, Found found) {
        SequencedMap<String, String> rows = new LinkedHashMap<>();
        rows.put("tasks", Figures.count(wanted.tasks()) + " of " + wanted.task());
        rows.put(
                "submitted",
                "one by one, " + Figures.perSecond(wanted.settings().rate()));
        rows.put("agents", wanted.fleet().words());
        rows.put("until all ran", Figures.seconds(found.until().toMillis() / 1e3));
        rows.put("waited then", wanted.calm().toString());
        rows.put("measured", wanted.settings().duration().toString());
        return ReportTable.of("Configuration", "", "", rows);
    }

    private static List<GoalVerdict> verdicts(Wanted wanted, Found found) {
        OptionalDouble activities = found.activitiesPerSecond();
        double workerCores = found.workerCores();
        Audit audit = found.audit();
        return List.of(
                GoalVerdict.atLeast(
                        Figures.count(wanted.tasks()) + " tasks run at once, before and after",
                        (double) Math.min(found.running(), found.stillRunning()),
                        wanted.tasks(),
                        Figures.count(found.running()) + " and " + Figures.count(found.stillRunning())),
                new GoalVerdict(
                        "under " + Figures.perSecond(MOST_ACTIVITIES) + " activities",
                        activities.isPresent()
                                ? Figures.decimal(activities.getAsDouble()) + "/s"
                                : "the worker does not tell",
                        activities.isPresent() && activities.getAsDouble() < MOST_ACTIVITIES),
                new GoalVerdict(
                        "the worker under " + Figures.percent(MOST_CORES) + " of a core",
                        Double.isNaN(workerCores) ? "this system does not tell" : Figures.percent(workerCores),
                        workerCores < MOST_CORES),
                GoalVerdict.none("tasks failed or not accepted", audit.failed() + found.refused()),
                GoalVerdict.none("tasks that took more than one attempt", audit.retried()),
                GoalVerdict.none("tasks lost", audit.lost()));
    }
}
