package io.agentorchestrator.benchmarks.loadtest.report;

/**
 * A goal, what was measured, and whether it holds.
 *
 * @param goal what is wanted
 * @param measured what was found
 */
public record GoalVerdict(String goal, String measured, boolean holds) {
    /** One line for a terminal. */
    public String words() {
        return (holds ? "  holds   " : "  FAILS   ") + goal + ": " + measured;
    }
}
