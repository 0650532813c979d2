package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.FurtherProcesses;
import io.agentorchestrator.benchmarks.loadtest.fleet.KillSchedule;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.cli.stack.Component;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Measures what happens when one of two APIs and one of two workers are killed under load. */
final class Failover {
    private static final double RATE = 1_000;
    private static final Duration STALL_LIMIT = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Failover() {}

    static Findings run(Target target, Options options) throws Exception {
        target.tell("Starting a second API and a second worker.");
        try (FurtherProcesses further = new FurtherProcesses(target.layout(), target.settings())) {
            String api = further.start(Component.API);
            further.start(Component.WORKER);
            LoadPlan plan = LoadPlan.singly(
                            options,
                            options.pace(RATE, SteadyLoad.WARM_UP, SteadyLoad.DURATION),
                            options.mix(),
                            PATIENCE)
                    .through(
                            (agents, from, to) -> {
                                LoadRun.sleepUntil(
                                        from.plus(Duration.between(from, to).dividedBy(2)));
                                further.kill();
                                target.tell("kill -9 API, WORKER");
                                LoadRun.sleepUntil(to);
                                return Map.of(KillSchedule.Victim.API, 1, KillSchedule.Victim.WORKER, 1);
                            },
                            api);
            Measured measured = LoadRun.run(target, plan);
            return measured.findings(verdicts(measured));
        }
    }

    private static List<GoalVerdict> verdicts(Measured measured) {
        Duration stall = longestStall(measured.ends());
        List<GoalVerdict> verdicts = new ArrayList<>(List.of(
                new GoalVerdict(
                        "no task completes for at most " + Figures.seconds(STALL_LIMIT.toMillis() / 1e3),
                        Figures.seconds(stall.toMillis() / 1e3),
                        stall.compareTo(STALL_LIMIT) <= 0),
                GoalVerdict.millisAtMost(
                        "longest completion", measured.completionMillis(100), 2.0 * STALL_LIMIT.toMillis()),
                GoalVerdict.none("tasks never acknowledged", measured.refusedTasks()),
                GoalVerdict.none("attempts used up", measured.audit().retried())));
        verdicts.addAll(SteadyLoad.nothingLost(measured.audit()));
        return verdicts;
    }

    /** The longest time without a completed task. */
    private static Duration longestStall(Ends ends) {
        long[] completed = ends.completedMicros();
        Arrays.sort(completed);
        long longest = 0;
        for (int i = 1; i < completed.length; i++) {
            longest = Math.max(longest, completed[i] - completed[i - 1]);
        }
        return Duration.ofNanos(longest * 1_000);
    }
}
