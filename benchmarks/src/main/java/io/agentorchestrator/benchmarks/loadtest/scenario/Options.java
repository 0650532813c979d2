package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.Pace;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import io.agentorchestrator.cli.failure.CliFailure;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a load test that the user gave; what is not given is the scenario's own. */
public final class Options {
    private static final long MAX_SEED = 1_000_000_000L;
    private static final String SUCH_AS = " (such as PT60S)";
    private static final double MAX_RATE = 100_000;
    private static final Duration MAX_DURATION = Duration.ofHours(24);
    private static final int MAX_AGENTS = 50;
    private static final int MAX_SLOTS = 100_000;
    private static final int MAX_PAYLOAD_BYTES = 256 << 10;
    private static final int MAX_RESULT_BYTES = 1 << 20;
    private static final int ROUNDS = 5;
    private static final int MAX_ROUNDS = 20;
    private static final int MAX_TASKS = 100_000;

    @Option(names = "--rate", paramLabel = "N", description = "Tasks a second (default: the scenario's).")
    private @Nullable Double rate;

    @Option(names = "--duration", paramLabel = "PT60S", description = "How long is measured (default: the scenario's).")
    private @Nullable Duration duration;

    @Option(names = "--warm-up", paramLabel = "PT1M", description = "How long before that, the rate rising.")
    private @Nullable Duration warmUp;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Repeats what an earlier run drew (default: random, printed).")
    private long seed = new SecureRandom().nextLong(MAX_SEED);

    @Option(names = "--agents", paramLabel = "N", description = "Load agents (default: the scenario's).")
    private @Nullable Integer agents;

    @Option(names = "--slots", paramLabel = "N", description = "Tasks that each load agent takes at once.")
    private @Nullable Integer slots;

    @Option(names = "--payload-bytes", paramLabel = "N", description = "Size of each payload (default: 2048).")
    private @Nullable Integer payloadBytes;

    @Option(
            names = "--result-bytes",
            paramLabel = "N",
            description = "Size of each result, up to 1 MiB (default: 1024).")
    private @Nullable Integer resultBytes;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "Rounds of compare, small-workloads, path-order, order, scheduling-cost and fleet (default: the scenario's).")
    private @Nullable Integer rounds;

    @Option(
            names = "--pairs",
            paramLabel = "1x100,10x100",
            split = ",",
            description = "Slots and milliseconds of a task, of utilization (default: ten pairs).")
    private List<String> pairs = List.of();

    @Option(
            names = "--tasks",
            paramLabel = "N",
            description =
                    "Tasks of alone, critical, long-tasks, standstill, large-results and fleet (default: the scenario's).")
    private @Nullable Integer tasks;

    @Option(
            names = "--task-duration",
            paramLabel = "PT10M",
            description = "Length of each task of long-tasks, standstill and preemption (default: the scenario's).")
    private @Nullable Duration taskDuration;

    /** Refuses what cannot be meant. */
    public void check() {
        SlotPair.parse(pairs);
        require("--rate", rate, 0.1, MAX_RATE, "");
        require("--duration", duration, Duration.ofSeconds(1), MAX_DURATION, SUCH_AS);
        require("--warm-up", warmUp, Duration.ZERO, MAX_DURATION, SUCH_AS);
        require("--agents", agents, 1, MAX_AGENTS, "");
        require("--slots", slots, 1, MAX_SLOTS, "");
        require("--payload-bytes", payloadBytes, 0, MAX_PAYLOAD_BYTES, "");
        require("--result-bytes", resultBytes, 0, MAX_RESULT_BYTES, "");
        require("--rounds", rounds, 1, MAX_ROUNDS, "");
        require("--tasks", tasks, 1, MAX_TASKS, "");
        require("--task-duration", taskDuration, Duration.ofSeconds(1), MAX_DURATION, SUCH_AS);
    }

    private static <T extends Comparable<T>> void require(
            String option, @Nullable T value, T least, T most, String example) {
        if (value != null && (value.compareTo(least) < 0 || value.compareTo(most) > 0)) {
            String range = (least + " to " + most + example).replace(".0", "");
            throw new CliFailure(option + " must be " + range + ", not " + value + ".");
        }
    }

    /** Everything random is drawn from it. */
    public long seed() {
        return seed;
    }

    double rate(double own) {
        return rate == null ? own : rate;
    }

    /** Of what is measured. */
    Duration duration(Duration own) {
        return duration == null ? own : duration;
    }

    Duration warmUp(Duration own) {
        return warmUp == null ? own : warmUp;
    }

    int agents(int own) {
        return agents == null ? own : agents;
    }

    /** Of each agent. */
    int slots(int own) {
        return slots == null ? own : slots;
    }

    /** Of scenarios that submit so many, however long it takes. */
    int tasks(int own) {
        return tasks == null ? own : tasks;
    }

    Duration taskDuration(Duration own) {
        return taskDuration == null ? own : taskDuration;
    }

    /** Of comparisons. */
    int rounds() {
        return rounds(ROUNDS);
    }

    int rounds(int own) {
        return rounds == null ? own : rounds;
    }

    /** Of utilization. */
    List<SlotPair> pairs(List<SlotPair> own) {
        return pairs.isEmpty() ? own : SlotPair.parse(pairs);
    }

    /** The standard mix, in the sizes that the user wants. */
    Mix mix(int ownPayloadBytes, int ownResultBytes) {
        return Mix.STANDARD.withSizes(
                payloadBytes == null ? ownPayloadBytes : payloadBytes,
                resultBytes == null ? ownResultBytes : resultBytes);
    }

    Mix mix() {
        return mix(Mix.STANDARD.payloadBytes(), Mix.STANDARD.resultBytes());
    }

    /** The pace of a run whose own is this. */
    Pace pace(double ownRate, Duration ownWarmUp, Duration ownDuration) {
        Pace pace = new Pace(rate(ownRate), warmUp(ownWarmUp), duration(ownDuration));
        if (pace.tasks() > TaskLog.MAX_TASKS) {
            throw new CliFailure("--rate and --duration make " + pace.tasks() + " tasks, and at most "
                    + TaskLog.MAX_TASKS + " are remembered: lower one of them.");
        }
        return pace;
    }

    /** Sizes a fleet: agents, and tasks that each takes at once, for so many busy slots and some headroom. */
    FleetSize fleet(int ownAgents, double busySlots) {
        int count = agents(ownAgents);
        return new FleetSize(count, slots((int)
                Math.max(FleetSize.LEAST_SLOTS, Math.ceil(FleetSize.HEADROOM * busySlots / count))));
    }

    /** This fleet, as far as the user asked for no other. */
    FleetSize fleetOr(FleetSize own) {
        return new FleetSize(agents(own.agents()), slots(own.slotsEach()), own.agentsEach());
    }
}
