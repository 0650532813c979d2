package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.KillSchedule;
import io.agentorchestrator.benchmarks.loadtest.fleet.Killer;
import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Something that is done to the stack in the measured time of a run. */
interface Disturbance {
    /** Leaves the stack alone. */
    Disturbance NONE = (agents, from, to) -> {
        LoadRun.sleepUntil(to);
        return Map.of();
    };

    /** Returns when the measured time is over, with counts of kills. */
    Map<KillSchedule.Victim, Integer> through(LoadAgents agents, Instant from, Instant to) throws InterruptedException;

    /** APIs that take requests, too, beside the stack's own. */
    default List<String> furtherApis() {
        return List.of();
    }

    /** Kills every process of the stack once a minute, at times drawn from a seed. */
    static Disturbance chaos(Target target, long seed) {
        return (agents, from, to) -> {
            List<KillSchedule.Strike> strikes = KillSchedule.draw(seed, Duration.between(from, to), agents.size());
            try (Killer killer = new Killer(target.layout(), agents, strikes, from, target.told())) {
                LoadRun.sleepUntil(to);
                killer.awaitEnd();
                return killer.kills();
            }
        };
    }
}
