package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends.Status;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.scenario.HandWritten.Form;
import io.agentorchestrator.benchmarks.loadtest.scenario.Options.FleetSize;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import io.agentorchestrator.benchmarks.loadtest.workload.SingleTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** The same tasks by a hand-written workflow each, by a Standalone Activity each and by the product, in turns, on the same servers. */
final class Compare implements Scenario {
    private static final double LEAST_RATIO = 20;
    private static final Duration LENGTH = Duration.ofSeconds(20);
    private static final Duration WARM_UP = Duration.ofSeconds(30);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);
    private static final double SIZED_FOR = 3_000;
    /** Enough to keep every part busy, little enough that the backlog tells nothing. */
    private static final LoadSource.Bounds BOUNDS = new LoadSource.Bounds(4_000, 300, Duration.ofMillis(250));

    @Override
    public String scenarioName() {
        return "compare";
    }

    @Override
    public String what() {
        return "Runs the standard mix by one hand-written workflow per task, by one Standalone Activity per task and by the product,"
                + " in turns, each as fast as it can, and compares the tasks completed in a second.";
    }

    /** One turn of the product. */
    private record Turn(double tasksPerSecond, double p50Millis, double p99Millis, long refused, Audit audit) {}

    /** A turn of each. */
    private record Round(int number, HandWritten.Result hand, HandWritten.Result standalone, Turn turn) {
        List<String> row() {
            return List.of(
                    Integer.toString(number),
                    Figures.perSecond(hand.tasksPerSecond()),
                    Figures.millis(hand.p50Millis()) + " / " + Figures.millis(hand.p99Millis()),
                    Figures.perSecond(standalone.tasksPerSecond()),
                    Figures.millis(standalone.p50Millis()) + " / " + Figures.millis(standalone.p99Millis()),
                    Figures.perSecond(turn.tasksPerSecond()),
                    Figures.millis(turn.p50Millis()) + " / " + Figures.millis(turn.p99Millis()),
                    Figures.decimal(turn.tasksPerSecond() / hand.tasksPerSecond()),
                    Figures.decimal(turn.tasksPerSecond() / standalone.tasksPerSecond()));
        }

        long unsuccessful() {
            return hand.failed()
                    + standalone.failed()
                    + turn.audit().failed()
                    + turn.audit().cancelled()
                    + turn.refused();
        }
    }

    /** The length of the turns, and the tasks in them. */
    private record Turns(Mix mix, Duration length, Duration warmUp, FleetSize fleet) {
        static Turns of(Options options) {
            Mix mix = SteadyLoad.mixOf(options);
            return new Turns(
                    mix,
                    options.duration() == null ? LENGTH : options.duration(),
                    options.warmUp() == null ? WARM_UP : options.warmUp(),
                    options.fleet(1, SIZED_FOR * mix.meanMillis() / 1e3));
        }
    }

    @Override
    public Report run(Target target, Options options) throws Exception {
        HandWritten byHand = new HandWritten(target);
        Turns turns = Turns.of(options);
        FleetSize fleet = turns.fleet();
        List<ReportTable> circumstances = Tables.circumstances(target);
        Instant at = Instant.now();
        List<Round> rounds = new ArrayList<>();
        try (LoadAgents agents = target.startAgents(turns.mix().typeNames(), fleet)) {
            target.told().accept(agents.size() + " load agents are up; they idle while it is the others' turn.");
            for (int number = 1; number <= options.rounds(); number++) {
                rounds.add(round(target, byHand, turns, number, options.seed() + number));
            }
        }
        List<ReportTable> tables = new ArrayList<>();
        tables.add(new ReportTable(
                "Rounds",
                List.of(
                        "round",
                        "by hand, a workflow each",
                        "P50 / P99",
                        "a Standalone Activity each",
                        "P50 / P99",
                        "product",
                        "P50 / P99 (backlog included)",
                        "ratio to workflows",
                        "ratio to activities"),
                rounds.stream().map(Round::row).toList()));
        tables.add(settings(turns));
        tables.addAll(circumstances);
        return new Report(scenarioName(), what(), at, verdicts(rounds), tables, null, List.of(), 0);
    }

    private static Round round(Target target, HandWritten byHand, Turns turns, int number, long seed) throws Exception {
        HandWritten.Result hand = byHand.run(Form.WORKFLOW, turns.mix(), turns.length(), turns.warmUp(), seed);
        target.told().accept("Round " + number + ", by hand: " + Figures.perSecond(hand.tasksPerSecond()));
        HandWritten.Result standalone =
                byHand.run(Form.STANDALONE_ACTIVITY, turns.mix(), turns.length(), turns.warmUp(), seed);
        target.told()
                .accept("Round " + number + ", Standalone Activities: "
                        + Figures.perSecond(standalone.tasksPerSecond()));
        Turn turn = turn(target, turns, seed);
        target.told().accept("Round " + number + ", product: " + Figures.perSecond(turn.tasksPerSecond()));
        return new Round(number, hand, standalone, turn);
    }

    private static List<GoalVerdict> verdicts(List<Round> rounds) {
        double product = Drift.median(
                rounds.stream().map(each -> each.turn().tasksPerSecond()).toList());
        double hand = Drift.median(
                rounds.stream().map(each -> each.hand().tasksPerSecond()).toList());
        double ratio = product / hand;
        return List.of(
                new GoalVerdict(
                        "median of the product at least " + (int) LEAST_RATIO + " × the median by hand",
                        Figures.decimal(ratio) + " (" + Figures.perSecond(product) + " against "
                                + Figures.perSecond(hand) + ")",
                        ratio >= LEAST_RATIO),
                GoalVerdict.none(
                        "tasks lost",
                        rounds.stream()
                                .mapToLong(each -> each.turn().audit().lost())
                                .sum()),
                GoalVerdict.none(
                        "tasks completed twice",
                        rounds.stream()
                                .mapToLong(each -> each.turn().audit().doubled())
                                .sum()),
                GoalVerdict.none(
                        "tasks failed or refused, of any",
                        rounds.stream().mapToLong(Round::unsuccessful).sum()));
    }

    private static ReportTable settings(Turns turns) {
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        settings.put("each turn", turns.length() + " after a warm-up of " + turns.warmUp());
        settings.put(
                "product",
                "closed loop, " + BOUNDS.underWay() + " requests under way, at most " + Figures.count(BOUNDS.maxOpen())
                        + " tasks not ended; completions by the times that the API shows");
        settings.put("agents", turns.fleet().words());
        Tables.describe(turns.mix(), settings);
        return ReportTable.of("Configuration", "", "", settings);
    }

    private static Turn turn(Target target, Turns turns, long seed) throws Exception {
        try (LoadSource feed =
                new LoadSource(target, turns.mix().typeNames(), new SingleTasks(turns.mix(), seed), BOUNDS)) {
            Instant from = Instant.now().plus(turns.warmUp());
            Instant to = from.plus(turns.length());
            LoadRun.sleepUntil(to);
            Audit audit = feed.end(SETTLE_LIMIT);
            Ends ends = feed.settling().ends();
            long completed = 0;
            for (int i = 0; i < feed.log().size(); i++) {
                boolean inTime = ends.status(i) == Status.COMPLETED
                        && ends.endedMicros(i) >= Latencies.micros(from)
                        && ends.endedMicros(i) < Latencies.micros(to);
                completed += inTime ? 1 : 0;
            }
            Latencies latencies = Latencies.between(from, to, feed.log(), ends);
            return new Turn(
                    completed / (turns.length().toNanos() / 1e9),
                    Latencies.millis(latencies.completion(), 50),
                    Latencies.millis(latencies.completion(), 99),
                    feed.refused().values().stream().mapToLong(Long::longValue).sum(),
                    audit);
        }
    }
}
