package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.RetryMode;
import io.agentorchestrator.benchmarks.loadtest.measure.Timeline;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.scenario.LoadRun.Plan;
import io.agentorchestrator.benchmarks.loadtest.scenario.Options.FleetSize;
import io.agentorchestrator.benchmarks.loadtest.workload.BatchRequests;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import io.agentorchestrator.benchmarks.loadtest.workload.Requests;
import io.agentorchestrator.benchmarks.loadtest.workload.SingleTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the highest rate that is held, for the standard mix submitted singly and for tasks that do nothing in batches. */
final class MaxRate implements Scenario {
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

    private final List<List<String>> tries = new ArrayList<>();
    private long lost;

    /**
     * One of the two searches.
     *
     * @param submissionBound whether the bound on the latency of submissions counts
     */
    private record Part(String name, Mix mix, double first, boolean submissionBound) {
        Requests requests(long seed) {
            return submissionBound ? new SingleTasks(mix, seed) : new BatchRequests(mix, BATCH, seed);
        }
    }

    @Override
    public String scenarioName() {
        return "max";
    }

    @Override
    public String what() {
        return "Finds the highest rate held for a minute under the bounds of high-throughput: of the standard mix submitted"
                + " singly, then of tasks that do nothing, with payloads of 200 bytes, in batches of 100.";
    }

    @Override
    public Report run(Target target, Options options) throws Exception {
        tries.clear();
        lost = 0;
        Instant at = Instant.now();
        List<ReportTable> circumstances = Tables.circumstances(target);
        Mix mix = SteadyLoad.mixOf(options);
        Mix nothing = mix.withSizes(BATCH_PAYLOAD_BYTES, 0).withFixedMillis(0);
        double first = options.rate() == null ? FIRST_RATE : options.rate();
        double firstBatched = options.rate() == null ? FIRST_BATCH_RATE : options.rate();
        FleetSize fleet = options.fleet(1, SIZED_FOR * mix.meanMillis() / 1e3);
        double single;
        double batched;
        Measured last;
        try (LoadAgents agents = target.startAgents(mix.typeNames(), fleet)) {
            Part singly = new Part("standard mix, singly", mix, first, true);
            RateSearch search = new RateSearch(singly.first());
            last = search(target, options, singly, search, agents, fleet);
            single = search.found();
            Part batches = new Part("nothing to do, in batches", nothing, firstBatched, false);
            RateSearch batchSearch = new RateSearch(batches.first());
            search(target, options, batches, batchSearch, agents, fleet);
            batched = batchSearch.found();
        }
        List<ReportTable> tables = new ArrayList<>();
        tables.add(new ReportTable(
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
            tables.add(Tables.throughput(last));
            tables.add(Tables.cores(last.cores()));
            tables.add(Tables.settings(last.plan(), mix));
        }
        tables.addAll(circumstances);
        return new Report(
                scenarioName(),
                what(),
                at,
                List.of(
                        new GoalVerdict("a rate of the standard mix is held", Figures.perSecond(single), single > 0),
                        GoalVerdict.atLeast(
                                "tasks that do nothing, in batches: at least " + Figures.perSecond(LEAST_BATCH_RATE),
                                batched,
                                LEAST_BATCH_RATE,
                                Figures.perSecond(batched)),
                        GoalVerdict.none("tasks lost or completed twice in any run", lost)),
                tables,
                last == null ? null : last.latencies(),
                last == null ? List.of() : Timeline.of(last.start(), last.log(), last.ends()),
                last == null ? 0 : (int) last.plan().settings().warmUp().toSeconds());
    }

    /** The confirming run that held, if one did. */
    private @Nullable Measured search(
            Target target, Options options, Part part, RateSearch search, LoadAgents agents, FleetSize fleet)
            throws Exception {
        Measured confirmed = null;
        // A rate that a cold stack does not hold would end the search below what a warm one holds.
        Duration nextWarmUp = options.warmUp() == null ? SteadyLoad.WARM_UP : options.warmUp();
        while (!search.done()) {
            boolean isLong = search.confirming();
            Duration length = options.duration() == null ? CONFIRMATION : options.duration();
            LoadSettings settings = new LoadSettings(
                    search.rate(), isLong ? length : PROBE, isLong ? SteadyLoad.WARM_UP : nextWarmUp, options.seed());
            nextWarmUp = PROBE_WARM_UP;
            Plan plan = new Plan(
                    settings,
                    part.mix().typeNames(),
                    earlier -> part.requests(options.seed()),
                    new RetryMode.Once(),
                    fleet,
                    Disturbance.NONE,
                    SETTLE_LIMIT);
            target.told().accept("Trying " + Figures.perSecond(search.rate()) + ", " + part.name() + ".");
            Measured measured = LoadRun.run(target, plan, agents);
            boolean holds = holds(part, measured);
            lost += measured.audit().lost() + measured.audit().doubled();
            note(part, measured, holds);
            search.tell(holds);
            if (isLong && holds) {
                confirmed = measured;
            }
        }
        return confirmed;
    }

    private static boolean holds(Part part, Measured measured) {
        boolean isQuick =
                !part.submissionBound() || measured.submissionMillis(99) <= SteadyLoad.MAX_SUBMISSION_P99_MILLIS;
        return SteadyLoad.held(measured).stream().allMatch(GoalVerdict::holds)
                && measured.audit().clean()
                && measured.completionMillis(99) <= SteadyLoad.MAX_COMPLETION_P99_MILLIS
                && isQuick;
    }

    private void note(Part part, Measured measured, boolean holds) {
        tries.add(List.of(
                part.name(),
                Figures.perSecond(measured.plan().settings().rate()),
                measured.plan().settings().duration().toString(),
                Figures.perSecond(measured.acknowledgedPerSecond()),
                Figures.perSecond(measured.completedPerSecond()),
                Figures.millis(measured.submissionMillis(99)),
                Figures.millis(measured.completionMillis(99)),
                Figures.count(measured.refusedTasks()),
                holds ? "yes" : "no"));
    }
}
