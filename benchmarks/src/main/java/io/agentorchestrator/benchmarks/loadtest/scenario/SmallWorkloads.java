package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.Burst;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.outcome.CompletionTracker;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.scenario.HandWritten.Form;
import io.agentorchestrator.benchmarks.loadtest.scenario.Options.FleetSize;
import io.agentorchestrator.cli.failure.CliFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Four small workloads by which engines are compared, by hand-written workflows, where they can by Standalone Activities, and by the product,
 * in turns, on the same servers.
 */
final class SmallWorkloads implements Scenario {
    private static final String TYPE = "load-0";
    private static final FleetSize FLEET = new FleetSize(1, 2_000);
    private static final Duration ENDED_LIMIT = Duration.ofMinutes(5);
    private static final String NO_FORM = "–";
    private static final Duration POLL = Duration.ofMillis(50);

    @Override
    public String scenarioName() {
        return "small-workloads";
    }

    @Override
    public String what() {
        return "Runs single tasks, a fan-out, a chain and small DAGs of tasks that do nothing, by hand-written workflows, by"
                + " Standalone Activities where there is such a form, and by the product, in turns.";
    }

    /** All that was found of one side, by workload. */
    private record Found(Map<SmallWorkload, List<Double>> figures) {
        Found() {
            this(new EnumMap<>(SmallWorkload.class));
        }

        void add(SmallWorkload workload, double figure) {
            figures.computeIfAbsent(workload, key -> new ArrayList<>()).add(figure);
        }

        /** Adds the figures that a program found, by their names. */
        void add(Map<String, Double> found) {
            for (SmallWorkload workload : SmallWorkload.values()) {
                Double figure = found.get(workload.field());
                if (figure != null) {
                    add(workload, figure);
                }
            }
        }

        List<Double> of(SmallWorkload workload) {
            return figures.getOrDefault(workload, List.of());
        }

        String last(SmallWorkload workload) {
            List<Double> all = of(workload);
            return all.isEmpty() ? NO_FORM : workload.shown(all.getLast());
        }

        String bestAndWorst(SmallWorkload workload) {
            List<Double> all = of(workload);
            return all.isEmpty()
                    ? NO_FORM
                    : workload.shown(workload.best(all)) + " / " + workload.shown(workload.worst(all));
        }
    }

    /** The findings on each side. */
    private record Sides(Found hand, Found standalone, Found product) {}

    @Override
    public Report run(Target target, Options options) throws Exception {
        HandWritten byHand = new HandWritten(target);
        FleetSize fleet = options.fleetOr(FLEET);
        List<ReportTable> circumstances = Tables.circumstances(target);
        Instant at = Instant.now();
        Sides sides = new Sides(new Found(), new Found(), new Found());
        try (LoadAgents agents = target.startAgents(List.of(TYPE), fleet)) {
            target.told().accept(agents.size() + " load agents are up; a first, unmeasured turn of the product.");
            turn(target, new Found());
            for (int round = 1; round <= options.rounds(); round++) {
                sides.hand().add(byHand.smallWorkloads(Form.WORKFLOW, TYPE));
                sides.standalone().add(byHand.smallWorkloads(Form.STANDALONE_ACTIVITY, TYPE));
                turn(target, sides.product());
                target.told().accept("Round " + round + ": " + words(sides));
            }
        }
        List<ReportTable> tables = new ArrayList<>();
        tables.add(table(sides, options.rounds()));
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        settings.put("tasks", "do nothing; payload {\"sleep_ms\": 0}, no result to speak of");
        settings.put("agents", fleet.words());
        settings.put("product", "submitted over REST; the end is the last task's ended_at");
        settings.put("by hand", "a process each round, warmed up by a tenth of each workload");
        settings.put(
                "Standalone Activities", "the same; it is the client that goes from level to level of the fan-out");
        tables.add(ReportTable.of("Configuration", "", "", settings));
        tables.addAll(circumstances);
        return new Report(scenarioName(), what(), at, verdicts(sides), tables, null, List.of(), 0);
    }

    private static void turn(Target target, Found found) throws IOException, InterruptedException {
        for (SmallWorkload workload : SmallWorkload.values()) {
            Burst.Sent sent = Burst.send(target.apiUrl(), workload.requests(TYPE), workload.clients());
            Instant ended = awaitEnds(target, sent.tasks());
            double seconds = Duration.between(sent.begunAt(), ended).toNanos() / 1e9;
            found.add(workload, workload.figure(sent.tasks().size(), seconds));
        }
    }

    /** When the last of them ended; throws if one did not complete. */
    private static Instant awaitEnds(Target target, List<UUID> tasks) throws IOException, InterruptedException {
        TaskLog log = new TaskLog();
        tasks.forEach(id -> log.add(new long[] {id.getMostSignificantBits(), id.getLeastSignificantBits()}, 0, 0));
        CompletionTracker settling = new CompletionTracker(target.tasks(), List.of(TYPE), log);
        if (!settling.await(ENDED_LIMIT, POLL, open -> {})) {
            throw new CliFailure(Figures.count(settling.open()) + " of " + Figures.count(log.size())
                    + " tasks have not ended within " + ENDED_LIMIT + ".");
        }
        Ends ends = settling.ends();
        if (ends.completed() < log.size()) {
            throw new CliFailure(
                    Figures.count(log.size() - ends.completed()) + " tasks that do nothing did not complete.");
        }
        long last = IntStream.range(0, log.size())
                .mapToLong(ends::endedMicros)
                .max()
                .orElseThrow();
        return Instant.EPOCH.plus(last, ChronoUnit.MICROS);
    }

    private static String words(Sides sides) {
        List<String> words = new ArrayList<>();
        for (SmallWorkload workload : SmallWorkload.values()) {
            words.add(workload.words() + " " + sides.product().last(workload) + " (by hand "
                    + sides.hand().last(workload) + ", by Standalone Activities "
                    + sides.standalone().last(workload) + ")");
        }
        return String.join("; ", words);
    }

    private static ReportTable table(Sides sides, int rounds) {
        List<List<String>> rows = new ArrayList<>();
        for (SmallWorkload workload : SmallWorkload.values()) {
            rows.add(List.of(
                    workload.words(),
                    sides.hand().bestAndWorst(workload),
                    sides.standalone().bestAndWorst(workload),
                    sides.product().bestAndWorst(workload),
                    ratio(sides.product(), sides.hand(), workload),
                    ratio(sides.product(), sides.standalone(), workload)));
        }
        return new ReportTable(
                "Best and worst of " + rounds,
                List.of(
                        "workload",
                        "by hand: best / worst",
                        "Standalone Activities: best / worst",
                        "product: best / worst",
                        "ratio to by hand",
                        "ratio to Standalone Activities"),
                rows);
    }

    /** Of the best figures. */
    private static String ratio(Found ours, Found theirs, SmallWorkload workload) {
        List<Double> all = theirs.of(workload);
        return all.isEmpty()
                ? NO_FORM
                : Figures.decimal(workload.ratio(workload.best(ours.of(workload)), workload.best(all)));
    }

    private static List<GoalVerdict> verdicts(Sides sides) {
        List<GoalVerdict> verdicts = new ArrayList<>();
        for (SmallWorkload workload : SmallWorkload.values()) {
            SmallWorkload.Goal goal = workload.goal();
            double best = workload.best(sides.product().of(workload));
            double ratio = workload.ratio(best, workload.best(sides.hand().of(workload)));
            verdicts.add(new GoalVerdict(
                    workload.words() + ": at " + (goal.rate() ? "least " : "most ") + workload.shown(goal.figure()),
                    workload.shown(best),
                    workload.reaches(best)));
            verdicts.add(GoalVerdict.atLeast(
                    workload.words() + ": " + goal.ratio() + " times as good as by hand",
                    ratio,
                    goal.ratio(),
                    Figures.decimal(ratio)));
        }
        return verdicts;
    }
}
