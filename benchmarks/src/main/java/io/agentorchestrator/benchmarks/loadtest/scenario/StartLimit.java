package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.FurtherProcesses;
import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.Burst;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.stack.Component;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Queues five times as many tasks as a limit lets start in a minute, kills one of two workers in the middle, and counts the starts of every minute, wherever
 * it begins.
 */
final class StartLimit {
    private static final SameTasks TASKS = new SameTasks("load-limit", "NORMAL", 100);
    private static final FleetSize FLEET = new FleetSize(1, 20);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int STARTS_A_MINUTE = 100;
    private static final int MINUTES = 5;
    private static final int BATCH = 100;
    private static final double LEAST_USED = 0.95;
    /** In the middle of the second of five minutes: the slots of the first are free again, and its starts still count. */
    private static final Duration KILLED_AFTER = Duration.ofSeconds(90);

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String LIMIT = "/v1/limits/load-test";
    /** Until all processes go by a limit. */
    private static final Duration LIMIT_KNOWN = Duration.ofSeconds(6);

    private StartLimit() {}

    static void run(Target target, Options options, Report report) throws Exception {
        ApiClient api = new ApiClient(target.apiUrl());
        FleetSize fleet = options.fleetOr(FLEET);
        target.tell("Starting a second worker.");
        try (FurtherProcesses further = new FurtherProcesses(target.layout(), target.settings());
                LoadAgents _ = target.startAgents(List.of(TASKS.taskType()), fleet)) {
            further.start(Component.WORKER);
            api.put(LIMIT, Map.of("by", "task_type", "value", TASKS.taskType(), "max_per_minute", STARTS_A_MINUTE));
            try {
                Thread.sleep(LIMIT_KNOWN);
                run(target, fleet, further, report);
            } finally {
                api.delete(LIMIT, Map.of());
            }
        }
    }

    private static void run(Target target, FleetSize fleet, FurtherProcesses further, Report report) throws Exception {
        int tasks = MINUTES * STARTS_A_MINUTE;
        target.tell(tasks + " tasks of which " + STARTS_A_MINUTE + " may start in a minute.");
        TaskLog log = new TaskLog();
        log.add(
                Burst.send(target.apiUrl(), Collections.nCopies(tasks / BATCH, TASKS.batch(BATCH)), 1)
                        .tasks(),
                0,
                0);
        Thread.sleep(KILLED_AFTER);
        further.kill();
        target.tell("kill -9 WORKER");
        Audit audit = Clearing.clear(target, TASKS.taskType(), log, PATIENCE);
        Starts starts = Starts.of(target.tasks(), log);
        int most = starts.mostWithin(MINUTE);
        // The first minute's worth may start at once, so that the least time for all is a minute less.
        double used = MINUTE.multipliedBy(MINUTES - 1).toMillis()
                / (double) Math.max(1, starts.span().toMillis());
        report.goal(
                        "at most " + STARTS_A_MINUTE + " starts in any minute",
                        Figures.count(most) + " in the fullest",
                        most <= STARTS_A_MINUTE)
                .atLeast(
                        "of what the limit allows at least " + Figures.percent(LEAST_USED) + " is used",
                        used,
                        LEAST_USED,
                        Figures::percent)
                .none("tasks that did not complete", audit.acknowledged() - audit.completed())
                .none("attempts used up", audit.retried())
                .nothingLost(audit)
                .table(
                        "Starts",
                        "in each minute from the first on",
                        starts.perStretch(MINUTE).stream().map(String::valueOf).collect(Collectors.joining(", ")),
                        "from the first to the last",
                        Figures.seconds(starts.span()))
                .table(
                        "Configuration",
                        "tasks",
                        Figures.count(tasks) + " of 100 ms, queued at once",
                        "limit",
                        STARTS_A_MINUTE + " starts a minute of their type",
                        "agents",
                        fleet.words(),
                        "workers",
                        "2; one is killed with SIGKILL after " + Figures.seconds(KILLED_AFTER)
                                + ", and does not come back");
    }
}
