package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.FurtherProcesses;
import io.agentorchestrator.benchmarks.loadtest.fleet.KillSchedule;
import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.RetryMode;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends.Status;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import io.agentorchestrator.benchmarks.loadtest.workload.SingleTasks;
import io.agentorchestrator.cli.stack.Component;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Measures what happens when one of two APIs and one of two workers are killed under load. */
final class Failover implements Scenario {
    private static final double RATE = 1_000;
    private static final Duration STALL_LIMIT = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String scenarioName() {
        return "failover";
    }

    @Override
    public String what() {
        return "Submits the standard mix, each task by itself, to two APIs beside two workers: 1,000 tasks/s, unless told otherwise. Halfway one"
                + " of each is killed with SIGKILL, and does not come back.";
    }

    @Override
    public Report run(Target target, Options options) throws Exception {
        List<ReportTable> circumstances = Tables.circumstances(target);
        Mix mix = SteadyLoad.mixOf(options);
        LoadSettings settings = options.or(RATE, SteadyLoad.DURATION, SteadyLoad.WARM_UP);
        target.told().accept("Starting a second API and a second worker.");
        try (FurtherProcesses further =
                FurtherProcesses.start(target.layout(), target.settings(), Component.API, Component.WORKER)) {
            LoadRun.Plan plan = new LoadRun.Plan(
                    settings,
                    mix.typeNames(),
                    earlier -> new SingleTasks(mix, settings.seed()),
                    new RetryMode.UntilAcknowledged("load-" + UUID.randomUUID() + "-", PATIENCE),
                    options.fleet(1, settings.rate() * mix.meanMillis() / 1e3),
                    new Halfway(target, further),
                    PATIENCE);
            Measured measured = LoadRun.run(target, plan);
            return measured.report(this, verdicts(measured), mix, circumstances);
        }
    }

    private static List<GoalVerdict> verdicts(Measured measured) {
        Duration stall = longestStall(measured);
        List<GoalVerdict> verdicts = new ArrayList<>(List.of(
                new GoalVerdict(
                        "no task completes for at most " + Figures.seconds(STALL_LIMIT.toMillis() / 1e3),
                        Figures.seconds(stall.toMillis() / 1e3),
                        stall.compareTo(STALL_LIMIT) <= 0),
                GoalVerdict.millisAtMost(
                        "longest completion", measured.completionMillis(100), 2.0 * STALL_LIMIT.toMillis()),
                GoalVerdict.none("tasks never acknowledged", measured.refusedTasks()),
                GoalVerdict.none("attempts used up", measured.audit().retried())));
        verdicts.addAll(SteadyLoad.nothingLost(measured));
        return verdicts;
    }

    /** The longest time in the measured one without a completed task. */
    private static Duration longestStall(Measured measured) {
        long[] ends = new long[measured.log().size()];
        int count = 0;
        for (int i = 0; i < ends.length; i++) {
            if (measured.ends().status(i) == Status.COMPLETED) {
                ends[count++] = measured.ends().endedMicros(i);
            }
        }
        Arrays.sort(ends, 0, count);
        long longest = 0;
        for (int i = 1; i < count; i++) {
            longest = Math.max(longest, ends[i] - ends[i - 1]);
        }
        return Duration.ofNanos(longest * 1_000);
    }

    /** The second API and worker die when half of the measured time is over. */
    private record Halfway(Target target, FurtherProcesses further) implements Disturbance {
        @Override
        public Map<KillSchedule.Victim, Integer> through(LoadAgents agents, Instant from, Instant to)
                throws InterruptedException {
            LoadRun.sleepUntil(from.plus(Duration.between(from, to).dividedBy(2)));
            further.kill();
            target.told().accept("kill -9 API, WORKER");
            LoadRun.sleepUntil(to);
            return Map.of(KillSchedule.Victim.API, 1, KillSchedule.Victim.WORKER, 1);
        }

        @Override
        public List<String> furtherApis() {
            return List.of(further.url(Component.API));
        }
    }
}
