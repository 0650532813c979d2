package io.agentorchestrator.benchmarks.loadtest.scenario;

/**
 * The agents of a run.
 *
 * @param slotsEach how many tasks each takes at once
 * @param agentsEach how many of them are one process
 */
record FleetSize(int agents, int slotsEach, int agentsEach) {
    /** Little's law says how many slots are busy on average; a third more, since lengths and arrivals vary. */
    static final double HEADROOM = 1.3;

    static final int LEAST_SLOTS = 50;

    /** Agents that are a process each. */
    FleetSize(int agents, int slotsEach) {
        this(agents, slotsEach, 1);
    }

    int slots() {
        return agents * slotsEach;
    }

    String words() {
        return agents + " × " + slotsEach + " slots" + (agentsEach == 1 ? "" : ", " + agentsEach + " agents a process");
    }
}
