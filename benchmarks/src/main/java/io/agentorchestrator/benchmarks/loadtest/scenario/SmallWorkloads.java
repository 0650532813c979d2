package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.Burst;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.outcome.CompletionTracker;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.scenario.HandWritten.Form;
import io.agentorchestrator.cli.failure.CliFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Four small workloads by which engines are compared, by hand-written workflows, where they can by Standalone Activities, and by the product,
 * in turns, on the same servers.
 */
final class SmallWorkloads {
    private static final String TYPE = "load-0";
    private static final FleetSize FLEET = new FleetSize(1, 2_000);
    private static final Duration ENDED_LIMIT = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Target target;
    private final Found hand = new Found();
    private final Found standalone = new Found();
    private final Found product = new Found();

    private SmallWorkloads(Target target) {
        this.target = target;
    }

    /** All that was found of one side, by workload. */
    private static final class Found {
        private final Map<SmallWorkload, List<Double>> figures = new EnumMap<>(SmallWorkload.class);

        void add(SmallWorkload workload, double figure) {
            figures.computeIfAbsent(workload, key -> new ArrayList<>()).add(figure);
        }

        /** Adds the figures that a program found, by their names. */
        void add(Map<String, Double> found) {
            for (SmallWorkload workload : SmallWorkload.values()) {
                Double figure = found.get(workload.field);
                if (figure != null) {
                    add(workload, figure);
                }
            }
        }

        /** Tells of the figures, if the side has a form for the workload. */
        String tell(SmallWorkload workload, Function<List<Double>, String> words) {
            List<Double> all = figures.get(workload);
            return all == null ? "–" : words.apply(all);
        }

        String last(SmallWorkload workload) {
            return tell(workload, all -> workload.shown(all.getLast()));
        }

        String bestAndWorst(SmallWorkload workload) {
            return tell(
                    workload, all -> workload.shown(workload.best(all)) + " / " + workload.shown(workload.worst(all)));
        }

        double best(SmallWorkload workload) {
            return workload.best(figures.getOrDefault(workload, List.of()));
        }
    }

    static void run(Target target, Options options, Report report) throws Exception {
        new SmallWorkloads(target).run(options, report);
    }

    private void run(Options options, Report report) throws Exception {
        HandWritten byHand = new HandWritten(target);
        FleetSize fleet = options.fleetOr(FLEET);
        try (LoadAgents agents = target.startAgents(List.of(TYPE), fleet)) {
            target.tell(agents.size() + " load agents are up; a first, unmeasured turn of the product.");
            turn(new Found());
            for (int round = 1; round <= options.rounds(); round++) {
                hand.add(byHand.smallWorkloads(Form.WORKFLOW, TYPE));
                standalone.add(byHand.smallWorkloads(Form.STANDALONE_ACTIVITY, TYPE));
                turn(product);
                target.tell("Round " + round + ": " + words());
            }
        }
        for (SmallWorkload workload : SmallWorkload.values()) {
            double best = product.best(workload);
            report.goal(workload.goalWords(), workload.shown(best), workload.reaches(best))
                    .atLeast(
                            workload + ": " + workload.goalRatio + " times as good as by hand",
                            workload.ratio(best, hand.best(workload)),
                            workload.goalRatio,
                            Figures::decimal);
        }
        report.tables(table(options.rounds()))
                .table(
                        "Configuration",
                        "tasks",
                        "do nothing; payload {\"sleep_ms\": 0}, no result to speak of",
                        "agents",
                        fleet.words(),
                        "product",
                        "submitted over REST; the end is the last task's ended_at",
                        "by hand",
                        "a process each round, warmed up by a tenth of each workload",
                        "Standalone Activities",
                        "the same; it is the client that goes from level to level of the fan-out");
    }

    private void turn(Found found) throws IOException, InterruptedException {
        for (SmallWorkload workload : SmallWorkload.values()) {
            Burst.Sent sent = Burst.send(target.apiUrl(), workload.requests(TYPE), workload.clients);
            long took = awaitEnds(sent.tasks()) - TaskLog.micros(sent.begunAt());
            found.add(workload, workload.figure(sent.tasks().size(), took / 1e6));
        }
    }

    /** When the last of them ended, microseconds of the epoch; throws if one did not complete. */
    private long awaitEnds(List<UUID> tasks) throws IOException, InterruptedException {
        TaskLog log = new TaskLog();
        log.add(tasks, 0, 0);
        CompletionTracker settling = new CompletionTracker(target.tasks(), List.of(TYPE), log);
        if (!settling.await(ENDED_LIMIT, POLL, open -> {})) {
            throw new CliFailure(Figures.count(settling.open()) + " of " + Figures.count(log.size())
                    + " tasks have not ended within " + ENDED_LIMIT + ".");
        }
        long[] completed = log.completedMicros();
        if (completed.length < log.size()) {
            throw new CliFailure(
                    Figures.count(log.size() - completed.length) + " tasks that do nothing did not complete.");
        }
        return Arrays.stream(completed).max().orElseThrow();
    }

    private String words() {
        return Arrays.stream(SmallWorkload.values())
                .map(workload -> workload + " " + product.last(workload) + " (by hand " + hand.last(workload)
                        + ", by Standalone Activities " + standalone.last(workload) + ")")
                .collect(Collectors.joining("; "));
    }

    private ReportTable table(int rounds) {
        return new ReportTable(
                "Best and worst of " + rounds,
                List.of(
                        "workload",
                        "by hand: best / worst",
                        "Standalone Activities: best / worst",
                        "product: best / worst",
                        "ratio to by hand",
                        "ratio to Standalone Activities"),
                Arrays.stream(SmallWorkload.values())
                        .map(workload -> List.of(
                                workload.toString(),
                                hand.bestAndWorst(workload),
                                standalone.bestAndWorst(workload),
                                product.bestAndWorst(workload),
                                ratio(hand, workload),
                                ratio(standalone, workload)))
                        .toList());
    }

    /** Of the best figures. */
    private String ratio(Found theirs, SmallWorkload workload) {
        return theirs.tell(
                workload, all -> Figures.decimal(workload.ratio(product.best(workload), workload.best(all))));
    }
}
