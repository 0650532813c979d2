package io.agentorchestrator.benchmarks.placement;

import io.agentorchestrator.activities.dispatch.PlacementStrategy;
import java.util.ArrayList;
import java.util.List;

/**
 * A trace on a pool under both strategies.
 *
 * @param name of the load, in a few words
 * @param agents in words
 */
record Comparison(String name, String agents, ReplayTally leastLoaded, ReplayTally costBased) {
    private static final double NANOS_A_SECOND = 1e9;

    /** Agents of a case: so many cheap ones and half as many quick ones, which can do as much. */
    private record Case(int services, int percent, int cheap, int slots) {}

    /** One service, whose bursts fill its agents, and sixteen together, whose bursts do not meet; each at 50 and 90 % load. */
    private static final List<Case> CASES =
            List.of(new Case(1, 50, 4, 1), new Case(1, 90, 2, 1), new Case(16, 50, 32, 2), new Case(16, 90, 18, 2));

    static List<Comparison> all(List<TracedRequest> trace) {
        List<Comparison> all = new ArrayList<>();
        for (Case each : CASES) {
            String name =
                    (each.services() == 1 ? "1 service" : each.services() + " services") + ", " + each.percent() + " %";
            String agents = each.cheap() + " + " + each.cheap() / 2 + (each.slots() == 1 ? "" : " × " + each.slots());
            all.add(of(
                    name,
                    agents,
                    TracedRequest.ofServices(trace, each.services()),
                    PricedPool.of(each.cheap(), each.cheap() / 2, each.slots()),
                    each.percent() / 100.0));
        }
        return all;
    }

    /**
     * Compares the strategies.
     *
     * @param load tokens that come in the hour, as a share of what all slots could generate in it; the trace's clock is set so that it is that
     */
    static Comparison of(String name, String agents, List<TracedRequest> requests, PricedPool pool, double load) {
        double seconds = TracedRequest.HOUR.toNanos() / NANOS_A_SECOND;
        double tokensPerSecond =
                requests.stream().mapToInt(TracedRequest::tokens).sum() / seconds;
        double speed = load * pool.tokensPerSecond() / tokensPerSecond;
        return new Comparison(
                name,
                agents,
                Replay.of(requests, pool, PlacementStrategy.LEAST_LOADED, speed),
                Replay.of(requests, pool, PlacementStrategy.COST_BASED, speed));
    }
}
