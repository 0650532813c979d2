package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.Burst;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.measure.CpuMeter;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.outcome.CompletionTracker;
import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import io.agentorchestrator.benchmarks.loadtest.workload.Request;
import io.agentorchestrator.benchmarks.loadtest.workload.Requests;
import io.agentorchestrator.cli.failure.CliFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs the same tasks on many agents that serve 50 types each, and on as many that serve one, in turns: the order changes from round to round (A B, B A), since the
 * machine's speed does. The agents of a turn are started for it, and do some tasks that do not count. What the choice of a slot costs is not seen at this scale:
 * microbenchmarks tell it.
 */
final class LargeFleet {
    private static final FleetSize FLEET = new FleetSize(200, 1, 50);
    private static final int TYPES = 50;
    private static final int TASKS = 10_000;
    private static final int FIRST_TASKS = 1_000;
    private static final int BATCH = 100;
    private static final int CLIENTS = 4;
    private static final double MOST_RATIO = 1.15;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Target target;
    private final Options options;
    private final FleetSize fleet;
    private final int tasks;
    private final List<Audit> audits = new ArrayList<>();

    private LargeFleet(Target target, Options options) {
        this.target = target;
        this.options = options;
        this.fleet = options.fleetOr(FLEET);
        this.tasks = options.tasks(TASKS);
    }

    /**
     * A turn's figures.
     *
     * @param seconds from the first submission to the last end
     * @param cpuSeconds of all processes in that time
     */
    private record Turn(double seconds, double cpuSeconds) {
        String words() {
            return Figures.seconds(seconds) + " (" + Figures.seconds(cpuSeconds) + " of processors)";
        }
    }

    static void run(Target target, Options options, Report report) throws Exception {
        new LargeFleet(target, options).run(report);
    }

    private void run(Report report) throws Exception {
        Mix many = options.mix().withTypes(TYPES);
        Mix one = options.mix().withTypes(1);
        List<Double> ratios = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (int round = 1; round <= options.rounds(); round++) {
            boolean manyFirst = round % 2 == 1;
            Turn first = turn(manyFirst ? many : one, round);
            Turn second = turn(manyFirst ? one : many, round);
            Turn ofMany = manyFirst ? first : second;
            Turn ofOne = manyFirst ? second : first;
            ratios.add(ofMany.seconds() / ofOne.seconds());
            target.tell(
                    "Round %d: %s with %d types, %s with one.".formatted(round, ofMany.words(), TYPES, ofOne.words()));
            rows.add(List.of(
                    Integer.toString(round),
                    ofMany.words(),
                    ofOne.words(),
                    Figures.percent(ratios.getLast()),
                    manyFirst ? TYPES + " types" : "one type"));
        }
        double ratio = Drift.median(ratios);
        report.goal(
                        "%d types take at most %s of the time that one takes, by the median of the rounds"
                                .formatted(TYPES, Figures.percent(MOST_RATIO)),
                        Figures.percent(ratio),
                        ratio <= MOST_RATIO)
                .none(
                        "tasks that did not complete",
                        audits.stream()
                                .mapToLong(audit -> audit.acknowledged() - audit.completed())
                                .sum())
                .nothingLost(audits.toArray(Audit[]::new))
                .tables(
                        new ReportTable(
                                "Rounds", List.of("round", TYPES + " types", "one type", "ratio", "first turn"), rows),
                        ReportTable.configuration(
                                many,
                                "tasks of a turn",
                                Figures.count(tasks) + ", in batches of " + BATCH + " by " + CLIENTS + " clients",
                                "agents",
                                fleet.words() + "; each serves all types of its turn; those of " + TYPES
                                        + " are as many pools"));
    }

    private Turn turn(Mix mix, int round) throws Exception {
        try (LoadAgents agents = target.startAgents(mix.typeNames(), fleet)) {
            CpuMeter cpu = target.cpuMeter(agents);
            Turn _ = run(mix, FIRST_TASKS, options.seed(), cpu);
            return run(mix, tasks, options.seed() + round, cpu);
        }
    }

    private Turn run(Mix mix, int count, long seed, CpuMeter cpu) throws IOException, InterruptedException {
        Requests source = Requests.inBatches(mix, BATCH, seed);
        List<Request> requests =
                Stream.generate(source::next).limit((count + BATCH - 1) / BATCH).toList();
        TaskLog log = new TaskLog();
        cpu.begin();
        long begun = System.nanoTime();
        Burst.Sent sent = Burst.send(target.apiUrl(), requests, CLIENTS);
        log.add(sent.tasks(), 0, 0);
        TaskApi api = target.tasks();
        new CompletionTracker(api, mix.typeNames(), log).await(LIMIT, PAUSE, open -> {});
        cpu.sample();
        double cpuSeconds = Figures.sum(cpu.cores()) * (System.nanoTime() - begun) / 1e9;
        audits.add(Audit.of(api, log));
        long last = Arrays.stream(log.completedMicros())
                .max()
                .orElseThrow(() -> new CliFailure("No task completed: see the log of the worker."));
        return new Turn((last - TaskLog.micros(sent.begunAt())) / 1e6, cpuSeconds);
    }
}
