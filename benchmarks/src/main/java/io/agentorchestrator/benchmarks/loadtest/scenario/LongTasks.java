package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.OpenLoop;
import io.agentorchestrator.benchmarks.loadtest.generate.Pace;
import io.agentorchestrator.benchmarks.loadtest.generate.RetryMode;
import io.agentorchestrator.benchmarks.loadtest.generate.Sender;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.measure.Prometheus;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import io.agentorchestrator.cli.process.Patience;
import io.agentorchestrator.cli.stack.Component;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Measures the cost of many long tasks at agents that have nothing to tell. */
final class LongTasks {
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

    private LongTasks() {}

    static void run(Target target, Options options, Report report) throws Exception {
        int tasks = options.tasks(TASKS);
        int count = options.agents(AGENTS);
        Duration task = options.taskDuration(TASK);
        double rate = options.rate(RATE);
        Duration window = options.duration(WINDOW);
        Duration calm = options.warmUp(CALM);
        FleetSize fleet = new FleetSize(count, options.slots((int) Math.ceil(SPARE_SLOTS * tasks / count)));
        Prometheus worker = target.worker();
        try (LoadAgents agents = target.startAgents(List.of(TYPE), fleet);
                Sender sender = new Sender(target.apiUrl())) {
            TaskLog log = new TaskLog();
            OpenLoop loop = new OpenLoop(sender, RetryMode.ONCE, log, LoadRun.MAX_OUTSTANDING);
            target.tell("Submitting " + Figures.count(tasks) + " tasks.");
            Instant start = Instant.now();
            loop.run(Pace.of(tasks, rate), new SameTasks(TYPE, "NORMAL", task.toMillis())::single, start);
            Patience.until(RUNNING_LIMIT, LOOK_EVERY, () -> {
                long now = running(target);
                target.tell(Figures.count(now) + " of them run.");
                return now >= log.size();
            });
            long running = running(target);
            Duration ramp = Duration.between(start, Instant.now());
            target.tell("Waiting for calm, then measuring for " + window + ".");
            Thread.sleep(calm);
            double before = worker.total(ACTIVITIES);
            long from = System.nanoTime();
            Map<String, Double> cores = target.cpuMeter(agents).during(window);
            double activities = (worker.total(ACTIVITIES) - before) / ((System.nanoTime() - from) / 1e9);
            long stillRunning = running(target);
            Audit audit = Clearing.clear(target, TYPE, log, Duration.ZERO);
            double workerCores = cores.getOrDefault(Component.WORKER.id(), Double.NaN);
            report.goal(
                            Figures.count(tasks) + " tasks run at once, before and after",
                            Figures.count(running) + " and " + Figures.count(stillRunning),
                            Math.min(running, stillRunning) >= tasks)
                    .goal(
                            "under " + Figures.perSecond(MOST_ACTIVITIES) + " activities",
                            Double.isNaN(activities) ? "the worker does not tell" : Figures.decimal(activities) + "/s",
                            activities < MOST_ACTIVITIES)
                    .goal(
                            "the worker under " + Figures.percent(MOST_CORES) + " of a core",
                            Double.isNaN(workerCores) ? "this system does not tell" : Figures.percent(workerCores),
                            workerCores < MOST_CORES)
                    .none(
                            "tasks failed or not accepted",
                            audit.failed() + loop.refused().total())
                    .none("tasks that took more than one attempt", audit.retried())
                    .none("tasks lost", audit.lost())
                    .table(
                            "Configuration",
                            "tasks",
                            Figures.count(tasks) + " of " + task,
                            "submitted",
                            "one by one, " + Figures.perSecond(rate),
                            "agents",
                            fleet.words(),
                            "until all ran",
                            Figures.seconds(ramp),
                            "waited then",
                            calm,
                            "measured",
                            window)
                    .tables(ReportTable.cores(cores), ReportTable.audit(audit));
        }
    }

    private static long running(Target target) throws IOException, InterruptedException {
        return target.tasks().depth(List.of(TYPE)).running();
    }
}
