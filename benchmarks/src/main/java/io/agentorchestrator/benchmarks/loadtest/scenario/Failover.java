package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.FurtherProcesses;
import io.agentorchestrator.benchmarks.loadtest.fleet.KillSchedule.Victim;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.cli.stack.Component;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/** Measures what happens when one of two APIs and one of two workers are killed under load. */
final class Failover {
    private static final double RATE = 1_000;
    private static final Duration STALL_LIMIT = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Failover() {}

    static void run(Target target, Options options, Report report) throws Exception {
        target.tell("Starting a second API and a second worker.");
        try (FurtherProcesses further = new FurtherProcesses(target.layout(), target.settings())) {
            String api = further.start(Component.API);
            further.start(Component.WORKER);
            LoadRun.Disturbance killing = (agents, from, to) -> {
                LoadRun.sleepUntil(from.plus(Duration.between(from, to).dividedBy(2)));
                further.kill();
                target.tell("kill -9 API, WORKER");
                LoadRun.sleepUntil(to);
                return Map.of(Victim.API, 1, Victim.WORKER, 1);
            };
            Measured measured = LoadRun.run(
                    target,
                    LoadPlan.singly(
                                    options,
                                    options.pace(RATE, SteadyLoad.WARM_UP, SteadyLoad.DURATION),
                                    options.mix(),
                                    PATIENCE)
                            .through(killing, api));
            Duration stall = longestStall(measured.log());
            report.goal(
                            "no task completes for at most " + Figures.seconds(STALL_LIMIT),
                            Figures.seconds(stall),
                            stall.compareTo(STALL_LIMIT) <= 0)
                    .millisAtMost(
                            "longest completion",
                            measured.latencies().completionMillis(100),
                            2.0 * STALL_LIMIT.toMillis())
                    .none("tasks never acknowledged", measured.refused().total())
                    .none("attempts used up", measured.audit().retried())
                    .nothingLost(measured.audit());
            measured.tell(report);
        }
    }

    /** The longest time without a completed task. */
    private static Duration longestStall(TaskLog log) {
        long[] completed = log.completedMicros();
        Arrays.sort(completed);
        long longest = 0;
        for (int i = 1; i < completed.length; i++) {
            longest = Math.max(longest, completed[i] - completed[i - 1]);
        }
        return Duration.ofNanos(longest * 1_000);
    }
}
