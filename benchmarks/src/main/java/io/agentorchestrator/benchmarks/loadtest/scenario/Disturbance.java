package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.Killer;
import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.fleet.Strikes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What is done to the stack in the measured time of a run. */
interface Disturbance {
    /** Nothing is. */
    Disturbance NONE = (agents, from, to) -> {
        LoadRun.sleepUntil(to);
        return Map.of();
    };

    /** Returns when the measured time is over, with how often what was killed. */
    Map<Strikes.Victim, Integer> through(LoadAgents agents, Instant from, Instant to) throws InterruptedException;

    /** APIs that take requests, too, beside the stack's own. */
    default List<String> furtherApis() {
        return List.of();
    }

    /** Every process of the stack is killed once a minute, at times drawn from a seed. */
    static Disturbance chaos(Target target, long seed) {
        return (agents, from, to) -> {
            List<Strikes.Strike> strikes = Strikes.draw(seed, Duration.between(from, to), agents.size());
            try (Killer killer = new Killer(target.layout(), agents, strikes, from, target.told())) {
                LoadRun.sleepUntil(to);
                killer.awaitEnd();
                return killer.kills();
            }
        };
    }
}
