package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.Pace;
import io.agentorchestrator.benchmarks.loadtest.generate.RetryMode;
import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.workload.HalfDependent;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import io.agentorchestrator.benchmarks.loadtest.workload.Requests;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The plan of a run.
 *
 * @param source of requests, given the tasks acknowledged so far
 * @param furtherApis that take requests, too, beside the stack's own
 * @param tenants whose tasks these are; empty: the one of whoever says nothing
 * @param settleLimit how long tasks may take to end after the last arrival
 */
record LoadPlan(
        Pace pace,
        Mix mix,
        long seed,
        Function<HalfDependent.Earlier, Requests> source,
        RetryMode insistence,
        FleetSize fleet,
        LoadRun.Disturbance disturbance,
        List<String> furtherApis,
        List<String> tenants,
        Duration settleLimit) {
    /** Tasks of the mix, each by itself and once, by agents enough for them, with nothing done to the stack. */
    static LoadPlan singly(Options options, Pace pace, Mix mix, Duration settleLimit) {
        return new LoadPlan(
                pace,
                mix,
                options.seed(),
                earlier -> Requests.singly(mix, options.seed()),
                RetryMode.ONCE,
                options.fleet(1, pace.tasksPerSecond() * mix.meanMillis() / 1e3),
                LoadRun.Disturbance.NONE,
                List.of(),
                List.of(),
                settleLimit);
    }

    LoadPlan from(Function<HalfDependent.Earlier, Requests> other, FleetSize by) {
        return new LoadPlan(pace, mix, seed, other, insistence, by, disturbance, furtherApis, tenants, settleLimit);
    }

    /** The same, each request being repeated until it is acknowledged, while something is done to the stack. */
    LoadPlan through(LoadRun.Disturbance other, String... apis) {
        RetryMode insisting = new RetryMode("load-" + UUID.randomUUID() + "-", settleLimit);
        return new LoadPlan(pace, mix, seed, source, insisting, fleet, other, List.of(apis), tenants, settleLimit);
    }

    /** The same with requests of these tenants. */
    LoadPlan ofTenants(List<String> others, Requests requests) {
        return new LoadPlan(
                pace, mix, seed, earlier -> requests, insistence, fleet, disturbance, furtherApis, others, settleLimit);
    }

    /** Reads what becomes of the tasks. */
    TaskApi tasks(Target target) {
        return tenants.isEmpty() ? target.tasks() : target.tasks().ofTenants(tenants);
    }

    /** All APIs that take requests. */
    String[] apis(Target target) {
        return Stream.concat(Stream.of(target.apiUrl()), furtherApis.stream()).toArray(String[]::new);
    }

    ReportTable table() {
        return ReportTable.configuration(
                mix,
                "rate",
                Figures.perSecond(pace.tasksPerSecond()) + " tasks, evenly spaced, open loop",
                "warm-up",
                pace.warmUp() + " before that, rising from a tenth of the rate; not in the figures",
                "measured",
                pace.length(),
                "seed",
                Long.toString(seed),
                "agents",
                fleet.words(),
                "unanswered requests",
                "at most " + LoadRun.MAX_OUTSTANDING,
                "patience after the last arrival",
                settleLimit);
    }
}
