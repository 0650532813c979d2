package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.scenario.HandWritten.Form;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import io.agentorchestrator.benchmarks.loadtest.workload.Requests;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The same tasks by a hand-written workflow each, by a Standalone Activity each and by the product, in turns, on the same servers. */
final class Compare {
    private static final double LEAST_RATIO = 20;
    private static final Duration LENGTH = Duration.ofSeconds(20);
    private static final Duration WARM_UP = Duration.ofSeconds(30);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);
    private static final double SIZED_FOR = 3_000;
    /** Enough to keep every part busy, little enough that the backlog tells nothing. */
    private static final LoadSource.Bounds BOUNDS = new LoadSource.Bounds(4_000, 300, Duration.ofMillis(250));

    private final Target target;
    private final Options options;
    private final Mix mix;
    private final Duration length;
    private final Duration warmUp;

    private Compare(Target target, Options options) {
        this.target = target;
        this.options = options;
        this.mix = options.mix();
        this.length = options.duration(LENGTH);
        this.warmUp = options.warmUp(WARM_UP);
    }

    /** One turn of the product. */
    private record Turn(HandWritten.Result figures, Audit audit) {}

    /** A turn of each. */
    private record Round(int number, HandWritten.Result hand, HandWritten.Result standalone, Turn turn) {
        double product() {
            return turn.figures().tasksPerSecond();
        }

        List<String> row() {
            return List.of(
                    Integer.toString(number),
                    Figures.perSecond(hand.tasksPerSecond()),
                    hand.latencies(),
                    Figures.perSecond(standalone.tasksPerSecond()),
                    standalone.latencies(),
                    Figures.perSecond(product()),
                    turn.figures().latencies(),
                    Figures.decimal(product() / hand.tasksPerSecond()),
                    Figures.decimal(product() / standalone.tasksPerSecond()));
        }

        long unsuccessful() {
            return hand.failed() + standalone.failed() + turn.figures().failed();
        }
    }

    static Findings run(Target target, Options options) throws Exception {
        return new Compare(target, options).run();
    }

    private Findings run() throws Exception {
        HandWritten byHand = new HandWritten(target);
        FleetSize fleet = options.fleet(1, SIZED_FOR * mix.meanMillis() / 1e3);
        List<Round> rounds = new ArrayList<>();
        try (LoadAgents agents = target.startAgents(mix.typeNames(), fleet)) {
            target.tell(agents.size() + " load agents are up; they idle while it is the others' turn.");
            for (int number = 1; number <= options.rounds(); number++) {
                rounds.add(round(byHand, number, options.seed() + number));
            }
        }
        return Findings.of(
                verdicts(rounds),
                new ReportTable(
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
                        rounds.stream().map(Round::row).toList()),
                Tables.describe(
                        mix,
                        "each turn",
                        length + " after a warm-up of " + warmUp,
                        "product",
                        "closed loop, " + BOUNDS.underWay() + " requests under way, at most "
                                + Figures.count(BOUNDS.maxOpen())
                                + " tasks not ended; completions by the times that the API shows",
                        "agents",
                        fleet.words()));
    }

    private Round round(HandWritten byHand, int number, long seed) throws Exception {
        HandWritten.Result hand = byHand.run(Form.WORKFLOW, mix, length, warmUp, seed);
        tell(number, "by hand", hand);
        HandWritten.Result standalone = byHand.run(Form.STANDALONE_ACTIVITY, mix, length, warmUp, seed);
        tell(number, "Standalone Activities", standalone);
        Turn turn = turn(seed);
        tell(number, "product", turn.figures());
        return new Round(number, hand, standalone, turn);
    }

    private void tell(int round, String who, HandWritten.Result found) {
        target.tell("Round " + round + ", " + who + ": " + Figures.perSecond(found.tasksPerSecond()));
    }

    private static List<GoalVerdict> verdicts(List<Round> rounds) {
        double product = Drift.median(rounds.stream().map(Round::product).toList());
        double hand = Drift.median(
                rounds.stream().map(each -> each.hand().tasksPerSecond()).toList());
        double ratio = product / hand;
        List<GoalVerdict> verdicts = new ArrayList<>();
        verdicts.add(GoalVerdict.atLeast(
                "median of the product at least " + (int) LEAST_RATIO + " × the median by hand",
                ratio,
                LEAST_RATIO,
                Figures.decimal(ratio) + " (" + Figures.perSecond(product) + " against " + Figures.perSecond(hand)
                        + ")"));
        verdicts.addAll(SteadyLoad.nothingLost(
                rounds.stream().map(each -> each.turn().audit()).toArray(Audit[]::new)));
        verdicts.add(GoalVerdict.none(
                "tasks failed or refused, of any",
                rounds.stream().mapToLong(Round::unsuccessful).sum()));
        return verdicts;
    }

    private Turn turn(long seed) throws Exception {
        try (LoadSource feed = new LoadSource(target, mix.typeNames(), Requests.singly(mix, seed), BOUNDS)) {
            Instant from = Instant.now().plus(warmUp);
            Instant to = from.plus(length);
            LoadRun.sleepUntil(to);
            Audit audit = feed.end(SETTLE_LIMIT);
            long completed = feed.ends().completed(from, to);
            long refused =
                    feed.refused().values().stream().mapToLong(Long::longValue).sum();
            Latencies latencies = Latencies.between(from, to, feed.log(), feed.ends());
            return new Turn(
                    new HandWritten.Result(
                            completed,
                            audit.failed() + audit.cancelled() + refused,
                            completed / (length.toNanos() / 1e9),
                            Latencies.millis(latencies.completion(), 50),
                            Latencies.millis(latencies.completion(), 99)),
                    audit);
        }
    }
}
