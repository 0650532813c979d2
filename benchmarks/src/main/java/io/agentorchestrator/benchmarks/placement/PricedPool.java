package io.agentorchestrator.benchmarks.placement;

import java.util.ArrayList;
import java.util.List;

/** The agents of a simulation. */
record PricedPool(List<Agent> agents) {
    /** The beginning of the cheaper agents' ids. */
    static final String CHEAP = "cheap-";

    /**
     * An agent.
     *
     * @param costPerHourUsd its cost factor
     * @param millisPerToken time that a token takes in one of its slots
     */
    record Agent(String id, int slots, double costPerHourUsd, double millisPerToken) {}

    /** Agents at 1 USD an hour that take 60 ms a token, and others at three times the price and twice the speed. */
    static PricedPool of(int cheap, int quick, int slots) {
        List<Agent> agents = new ArrayList<>();
        for (int i = 0; i < cheap; i++) {
            agents.add(new Agent(CHEAP + i, slots, 1, 60));
        }
        for (int i = 0; i < quick; i++) {
            agents.add(new Agent("quick-" + i, slots, 3, 30));
        }
        return new PricedPool(agents);
    }

    int slots() {
        return agents.stream().mapToInt(Agent::slots).sum();
    }

    /** Tokens that all slots together generate in a second. */
    double tokensPerSecond() {
        return agents.stream()
                .mapToDouble(agent -> agent.slots() * 1_000 / agent.millisPerToken())
                .sum();
    }
}
