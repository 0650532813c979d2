package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.Pace;
import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import io.agentorchestrator.benchmarks.loadtest.workload.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the highest rate that is held, for the standard mix submitted singly and for tasks that do nothing in batches. */
final class MaxRate {
    private static final double FIRST_RATE = 500;
    private static final double FIRST_BATCH_RATE = 2_000;
    private static final double LEAST_BATCH_RATE = 3_000;
    /** The rate that the fleet is sized for, in tasks a second. */
    private static final double SIZED_FOR = 3_000;

    private static final int BATCH = 100;
    private static final int BATCH_PAYLOAD_BYTES = 200;
    private static final Duration PROBE = Duration.ofSeconds(15);
    private static final Duration PROBE_WARM_UP = Duration.ofSeconds(5);
    private static final Duration CONFIRMATION = Duration.ofSeconds(60);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(3);

    private final Target target;
    private final Options options;
    private final FleetSize fleet;
    private final List<List<String>> tries = new ArrayList<>();
    private long lost;

    private MaxRate(Target target, Options options) {
        this.target = target;
        this.options = options;
        this.fleet = options.fleet(1, SIZED_FOR * options.mix().meanMillis() / 1e3);
    }

    /**
     * One of the two searches.
     *
     * @param submissionBound whether the bound on the latency of submissions counts
     */
    private record Part(String name, Mix mix, RateSearch search, boolean submissionBound) {
        Requests requests(long seed) {
            return submissionBound ? Requests.singly(mix, seed) : Requests.inBatches(mix, BATCH, seed);
        }

        boolean holds(Measured measured) {
            Latencies latencies = measured.latencies();
            return SteadyLoad.held(measured, new Report(name, "", measured.start()))
                            .nothingLost(measured.audit())
                            .holds()
                    && latencies.completionMillis(99) <= SteadyLoad.MAX_COMPLETION_P99_MILLIS
                    && (!submissionBound || latencies.submissionMillis(99) <= SteadyLoad.MAX_SUBMISSION_P99_MILLIS);
        }
    }

    static void run(Target target, Options options, Report report) throws Exception {
        new MaxRate(target, options).run(report);
    }

    private void run(Report report) throws Exception {
        Mix mix = options.mix();
        Part singly = new Part("standard mix, singly", mix, new RateSearch(options.rate(FIRST_RATE)), true);
        Part batches = new Part(
                "nothing to do, in batches",
                mix.withSizes(BATCH_PAYLOAD_BYTES, 0).withFixedMillis(0),
                new RateSearch(options.rate(FIRST_BATCH_RATE)),
                false);
        Measured last;
        try (LoadAgents agents = target.startAgents(mix.typeNames(), fleet)) {
            last = search(singly, agents);
            search(batches, agents);
        }
        double single = singly.search().found();
        report.goal("a rate of the standard mix is held", Figures.perSecond(single), single > 0)
                .atLeast(
                        "tasks that do nothing, in batches: at least " + Figures.perSecond(LEAST_BATCH_RATE),
                        batches.search().found(),
                        LEAST_BATCH_RATE,
                        Figures::perSecond)
                .none("tasks lost or completed twice in any run", lost)
                .tables(new ReportTable(
                        "Runs",
                        List.of(
                                "part",
                                "rate",
                                "length",
                                "accepted",
                                "completed",
                                "P99 submission",
                                "P99 completion",
                                "refused",
                                "held"),
                        tries));
        if (last != null) {
            report.tables(
                    last.throughput(),
                    ReportTable.cores(last.cores()),
                    last.plan().table());
            last.chart(report);
        }
    }

    /** The confirming run that held, if one did. */
    private @Nullable Measured search(Part part, LoadAgents agents) throws Exception {
        RateSearch search = part.search();
        Measured confirmed = null;
        // A rate that a cold stack does not hold would end the search below what a warm one holds.
        Duration nextWarmUp = options.warmUp(SteadyLoad.WARM_UP);
        while (!search.done()) {
            boolean isLong = search.confirming();
            Pace pace = new Pace(
                    search.rate(),
                    isLong ? SteadyLoad.WARM_UP : nextWarmUp,
                    isLong ? options.duration(CONFIRMATION) : PROBE);
            nextWarmUp = PROBE_WARM_UP;
            LoadPlan plan = LoadPlan.singly(options, pace, part.mix(), SETTLE_LIMIT)
                    .from(earlier -> part.requests(options.seed()), fleet);
            target.tell("Trying " + Figures.perSecond(search.rate()) + ", " + part.name() + ".");
            Measured measured = LoadRun.run(target, plan, agents);
            boolean holds = part.holds(measured);
            lost += measured.audit().lost() + measured.audit().doubled();
            tries.add(List.of(
                    part.name(),
                    Figures.perSecond(pace.tasksPerSecond()),
                    pace.length().toString(),
                    Figures.perSecond(measured.acknowledgedPerSecond()),
                    Figures.perSecond(measured.completedPerSecond()),
                    Figures.millis(measured.latencies().submissionMillis(99)),
                    Figures.millis(measured.latencies().completionMillis(99)),
                    Figures.count(measured.refused().total()),
                    holds ? "yes" : "no"));
            search.tell(holds);
            if (isLong && holds) {
                confirmed = measured;
            }
        }
        return confirmed;
    }
}
