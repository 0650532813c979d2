package io.agentorchestrator.cli.loadtest.scenario;

import io.agentorchestrator.cli.loadtest.fleet.LoadAgents;
import io.agentorchestrator.cli.loadtest.measure.Latencies;
import io.agentorchestrator.cli.loadtest.report.Figures;
import io.agentorchestrator.cli.loadtest.report.Report;
import io.agentorchestrator.cli.loadtest.report.Table;
import io.agentorchestrator.cli.loadtest.report.Verdict;
import io.agentorchestrator.cli.loadtest.scenario.Options.FleetSize;
import io.agentorchestrator.cli.loadtest.store.Audit;
import io.agentorchestrator.cli.loadtest.store.Ends;
import io.agentorchestrator.cli.loadtest.store.Ends.Status;
import io.agentorchestrator.cli.loadtest.store.LoadStore;
import io.agentorchestrator.cli.loadtest.workload.Mix;
import io.agentorchestrator.cli.loadtest.workload.SingleTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** The same tasks by a hand-written workflow each and by the product, in turns, on the same servers. */
final class Compare implements Scenario {
    private static final double LEAST_RATIO = 20;
    private static final Duration LENGTH = Duration.ofSeconds(20);
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);
    private static final double SIZED_FOR = 3_000;
    /** Enough to keep every part busy, little enough that the backlog tells nothing. */
    private static final Feed.Bounds BOUNDS = new Feed.Bounds(4_000, 300, Duration.ofMillis(250));

    @Override
    public String scenarioName() {
        return "compare";
    }

    @Override
    public String what() {
        return "Runs the standard mix by one hand-written workflow per task and by the product, in turns, each as fast as it"
                + " can, and compares the tasks completed in a second.";
    }

    /** One turn of the product. */
    private record Turn(double tasksPerSecond, double p50Millis, double p99Millis, long refused, Audit audit) {}

    @Override
    public Report run(Target target, Options options) throws Exception {
        List<Table> circumstances = Tables.circumstances(target);
        Mix mix = SteadyLoad.mixOf(options);
        Duration length = options.duration() == null ? LENGTH : options.duration();
        Duration warmUp = options.warmUp() == null ? WARM_UP : options.warmUp();
        FleetSize fleet = options.fleet(2, SIZED_FOR * mix.meanMillis() / 1e3);
        Instant at = Instant.now();
        List<List<String>> rows = new ArrayList<>();
        List<Double> byHand = new ArrayList<>();
        List<Double> byProduct = new ArrayList<>();
        long lost = 0;
        long doubled = 0;
        long failed = 0;
        try (LoadStore store = target.openStore();
                LoadAgents agents = LoadAgents.start(
                        target.layout(), target.apiUrl(), mix.typeNames(), fleet.agents(), fleet.slotsEach(), store)) {
            for (int round = 1; round <= options.rounds(); round++) {
                long seed = options.seed() + round;
                HandWritten.Result hand = new HandWritten(target).run(mix, length, warmUp, seed);
                target.told().accept("Round " + round + ", by hand: " + Figures.perSecond(hand.tasksPerSecond()));
                Turn turn = turn(target, mix, length, warmUp, seed);
                target.told().accept("Round " + round + ", product: " + Figures.perSecond(turn.tasksPerSecond()));
                byHand.add(hand.tasksPerSecond());
                byProduct.add(turn.tasksPerSecond());
                lost += turn.audit().lost();
                doubled += turn.audit().doubled();
                failed += hand.failed() + turn.audit().failed() + turn.refused();
                rows.add(List.of(
                        Integer.toString(round),
                        Figures.perSecond(hand.tasksPerSecond()),
                        Figures.millis(hand.p50Millis()) + " / " + Figures.millis(hand.p99Millis()),
                        Figures.perSecond(turn.tasksPerSecond()),
                        Figures.millis(turn.p50Millis()) + " / " + Figures.millis(turn.p99Millis()),
                        Figures.decimal(turn.tasksPerSecond() / hand.tasksPerSecond())));
            }
            assert agents.slots() > 0;
        }
        double ratio = Drift.median(byProduct) / Drift.median(byHand);
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        settings.put("each turn", length + " after a warm-up of " + warmUp);
        settings.put(
                "product",
                "closed loop, " + BOUNDS.underWay() + " requests under way, at most " + Figures.count(BOUNDS.maxOpen())
                        + " tasks not ended; completions counted in the store");
        settings.put("agents", fleet.words());
        Tables.describe(mix, settings);
        List<Table> tables = new ArrayList<>(List.of(
                new Table(
                        "Rounds",
                        List.of("round", "by hand", "P50 / P99", "product", "P50 / P99 (backlog included)", "ratio"),
                        rows),
                Table.of("Configuration", "", "", settings)));
        tables.addAll(circumstances);
        return new Report(
                scenarioName(),
                what(),
                at,
                List.of(
                        new Verdict(
                                "median of the product at least " + (int) LEAST_RATIO + " × the median by hand",
                                Figures.decimal(ratio),
                                ratio >= LEAST_RATIO),
                        Verdict.none("tasks lost", lost),
                        Verdict.none("tasks completed twice", doubled),
                        Verdict.none("tasks failed or refused, of either", failed)),
                tables,
                null,
                List.of(),
                0);
    }

    private static Turn turn(Target target, Mix mix, Duration length, Duration warmUp, long seed) throws Exception {
        try (Feed feed = new Feed(target, new SingleTasks(mix, seed), BOUNDS)) {
            Instant from = Instant.now().plus(warmUp);
            Instant to = from.plus(length);
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
                    completed / (length.toNanos() / 1e9),
                    Latencies.millis(latencies.completion(), 50),
                    Latencies.millis(latencies.completion(), 99),
                    feed.refused().values().stream().mapToLong(Long::longValue).sum(),
                    audit);
        }
    }
}
