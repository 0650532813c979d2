package io.agentorchestrator.benchmarks.loadtest.report;

/**
 * A goal, what was measured, and whether it holds.
 *
 * @param goal what is wanted
 * @param measured what was found
 */
public record GoalVerdict(String goal, String measured, boolean holds) {
    /** A share or rate that must not be lower. */
    public static GoalVerdict atLeast(String goal, double measured, double least, String shown) {
        return new GoalVerdict(goal, shown, measured >= least);
    }

    /** A percentile of latency that must not be higher. */
    public static GoalVerdict millisAtMost(String what, double measuredMillis, double mostMillis) {
        return new GoalVerdict(
                what + " at most " + Figures.millis(mostMillis),
                Figures.millis(measuredMillis),
                measuredMillis > 0 && measuredMillis <= mostMillis);
    }

    /** A count that must be none. */
    public static GoalVerdict none(String goal, long found) {
        return new GoalVerdict(goal, found == 0 ? "none" : Figures.count(found), found == 0);
    }

    /** One line for a terminal. */
    public String words() {
        return (holds ? "  holds   " : "  FAILS   ") + goal + ": " + measured;
    }
}
