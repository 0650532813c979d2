package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
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

    private final List<List<String>> rows = new ArrayList<>();
    private final List<Audit> audits = new ArrayList<>();
    private final List<Double> handRates = new ArrayList<>();
    private final List<Double> productRates = new ArrayList<>();
    private long unsuccessful;

    private Compare(Target target, Options options) {
        this.target = target;
        this.options = options;
        this.mix = options.mix();
        this.length = options.duration(LENGTH);
        this.warmUp = options.warmUp(WARM_UP);
    }

    static void run(Target target, Options options, Report report) throws Exception {
        new Compare(target, options).run(report);
    }

    private void run(Report report) throws Exception {
        HandWritten byHand = new HandWritten(target);
        FleetSize fleet = options.fleet(1, SIZED_FOR * mix.meanMillis() / 1e3);
        try (LoadAgents agents = target.startAgents(mix.typeNames(), fleet)) {
            target.tell(agents.size() + " load agents are up; they idle while it is the others' turn.");
            for (int number = 1; number <= options.rounds(); number++) {
                round(byHand, number, options.seed() + number);
            }
        }
        double product = Drift.median(productRates);
        double hand = Drift.median(handRates);
        report.atLeast(
                        "median of the product at least " + (int) LEAST_RATIO + " × the median by hand",
                        product / hand,
                        LEAST_RATIO,
                        ratio -> Figures.decimal(ratio) + " (" + Figures.perSecond(product) + " against "
                                + Figures.perSecond(hand) + ")")
                .nothingLost(audits.toArray(Audit[]::new))
                .none("tasks failed or refused, of any", unsuccessful)
                .tables(
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
                                rows),
                        ReportTable.configuration(
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

    private void round(HandWritten byHand, int number, long seed) throws Exception {
        HandWritten.Result hand = byHand.run(Form.WORKFLOW, mix, length, warmUp, seed);
        tell(number, "by hand", hand);
        HandWritten.Result standalone = byHand.run(Form.STANDALONE_ACTIVITY, mix, length, warmUp, seed);
        tell(number, "Standalone Activities", standalone);
        try (LoadSource feed = new LoadSource(target, mix.typeNames(), Requests.singly(mix, seed), BOUNDS)) {
            Instant from = Instant.now().plus(warmUp);
            Instant to = from.plus(length);
            LoadRun.sleepUntil(to);
            Audit audit = feed.end(SETTLE_LIMIT);
            long completed = feed.log().completed(from, to);
            Latencies latencies = Latencies.between(from, to, feed.log());
            HandWritten.Result product = new HandWritten.Result(
                    completed,
                    audit.failed() + audit.cancelled() + feed.refused().total(),
                    completed / (length.toNanos() / 1e9),
                    latencies.completionMillis(50),
                    latencies.completionMillis(99));
            tell(number, "product", product);
            audits.add(audit);
            unsuccessful += hand.failed() + standalone.failed() + product.failed();
            handRates.add(hand.tasksPerSecond());
            productRates.add(product.tasksPerSecond());
            rows.add(List.of(
                    Integer.toString(number),
                    Figures.perSecond(hand.tasksPerSecond()),
                    hand.latencies(),
                    Figures.perSecond(standalone.tasksPerSecond()),
                    standalone.latencies(),
                    Figures.perSecond(product.tasksPerSecond()),
                    product.latencies(),
                    Figures.decimal(product.tasksPerSecond() / hand.tasksPerSecond()),
                    Figures.decimal(product.tasksPerSecond() / standalone.tasksPerSecond())));
        }
    }

    private void tell(int round, String who, HandWritten.Result found) {
        target.tell("Round " + round + ", " + who + ": " + Figures.perSecond(found.tasksPerSecond()));
    }
}
