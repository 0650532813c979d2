package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.cli.failure.CliFailure;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options that the user gave; null is the scenario's own.
 *
 * @param seed from which everything random is drawn
 * @param rounds of comparisons
 * @param pairs of utilization; none: the scenario's own
 * @param tasks of scenarios that submit so many, however long it takes
 * @param taskDuration of long tasks
 */
public record Options(
        @Nullable Double rate,
        @Nullable Duration duration,
        @Nullable Duration warmUp,
        long seed,
        @Nullable Integer agents,
        @Nullable Integer slots,
        @Nullable Integer payloadBytes,
        @Nullable Integer resultBytes,
        int rounds,
        List<SlotPair> pairs,
        @Nullable Integer tasks,
        @Nullable Duration taskDuration) {
    private static final double MAX_RATE = 100_000;
    private static final Duration MAX_DURATION = Duration.ofHours(24);
    private static final int MAX_AGENTS = 50;
    private static final int MAX_SLOTS = 100_000;
    private static final int MAX_PAYLOAD_BYTES = 256 << 10;
    private static final int MAX_RESULT_BYTES = 1 << 20;
    private static final int MAX_ROUNDS = 20;
    private static final int MAX_TASKS = 100_000;

    /** Refuses what cannot be meant. */
    public Options {
        pairs = List.copyOf(pairs);
        require("--rate", rate, 0.1, MAX_RATE);
        requireDuration("--duration", duration, Duration.ofSeconds(1));
        requireDuration("--warm-up", warmUp, Duration.ZERO);
        require("--agents", agents, 1, MAX_AGENTS);
        require("--slots", slots, 1, MAX_SLOTS);
        require("--payload-bytes", payloadBytes, 0, MAX_PAYLOAD_BYTES);
        require("--result-bytes", resultBytes, 0, MAX_RESULT_BYTES);
        require("--rounds", rounds, 1, MAX_ROUNDS);
        require("--tasks", tasks, 1, MAX_TASKS);
        requireDuration("--task-duration", taskDuration, Duration.ofSeconds(1));
    }

    private static void require(String option, @Nullable Number value, double least, double most) {
        if (value != null && !(value.doubleValue() >= least && value.doubleValue() <= most)) {
            throw new CliFailure(option + " must be " + plain(least) + " to " + plain(most) + ", not " + value + ".");
        }
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }

    private static void requireDuration(String option, @Nullable Duration value, Duration least) {
        if (value != null && (value.compareTo(least) < 0 || value.compareTo(MAX_DURATION) > 0)) {
            throw new CliFailure(
                    option + " must be " + least + " to " + MAX_DURATION + " (such as PT60S), not " + value + ".");
        }
    }

    /** The settings of a run whose own are these. */
    LoadSettings or(double ownRate, Duration ownDuration, Duration ownWarmUp) {
        LoadSettings settings = new LoadSettings(
                rate == null ? ownRate : rate,
                duration == null ? ownDuration : duration,
                warmUp == null ? ownWarmUp : warmUp,
                seed);
        if (settings.pace().tasks() > TaskLog.MAX_TASKS) {
            throw new CliFailure("--rate and --duration make " + settings.pace().tasks() + " tasks, and at most "
                    + TaskLog.MAX_TASKS + " are remembered: lower one of them.");
        }
        return settings;
    }

    /** Sizes a fleet: agents, and tasks that each takes at once, for so many busy slots and some headroom. */
    FleetSize fleet(int ownAgents, double busySlots) {
        int count = agents == null ? ownAgents : agents;
        int each = (int) Math.max(FleetSize.LEAST_SLOTS, Math.ceil(FleetSize.HEADROOM * busySlots / count));
        return new FleetSize(count, slots == null ? each : slots);
    }

    /** This fleet, as far as the user asked for no other. */
    FleetSize fleetOr(FleetSize own) {
        return new FleetSize(agents == null ? own.agents() : agents, slots == null ? own.slotsEach() : slots);
    }

    /**
     * The agents of a run.
     *
     * @param slotsEach how many tasks each takes at once
     */
    record FleetSize(int agents, int slotsEach) {
        /** Little's law says how many slots are busy on average; a third more, since lengths and arrivals vary. */
        static final double HEADROOM = 1.3;

        static final int LEAST_SLOTS = 50;

        String words() {
            return agents + " × " + slotsEach + " slots";
        }
    }
}
