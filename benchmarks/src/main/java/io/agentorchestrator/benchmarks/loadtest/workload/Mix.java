package io.agentorchestrator.benchmarks.loadtest.workload;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The properties of a load's tasks, on the whole.
 *
 * @param types how many task types there are, {@code load-0} and so on, all equally frequent
 * @param payloadBytes the size of every payload as JSON
 * @param resultBytes the padding of every result
 * @param medianMillis the median of what agents take; 0: nothing
 * @param sigma of the logarithm of what agents take
 * @param maxMillis what no agent takes longer than
 * @param trouble what goes wrong on purpose
 */
public record Mix(
        int types,
        int payloadBytes,
        int resultBytes,
        double medianMillis,
        double sigma,
        long maxMillis,
        Trouble trouble) {
    /** The mix that the requirement names, with a sigma that makes one task in 47 take longer than 250 ms: five times the median. */
    public static final Mix STANDARD = new Mix(10, 2048, 1024, 50, 0.8, 2_000, Trouble.NONE);

    static final List<String> PRIORITIES = List.of("CRITICAL", "HIGH", "NORMAL", "LOW", "BACKGROUND");
    private static final String TYPE_PREFIX = "load-";

    /**
     * The share of attempts that each kind of trouble strikes, 0 to 1.
     *
     * @param crash ends the agent's process, and with it the attempts of its other tasks
     */
    public record Trouble(double fail, double hang, double slow, double garbage, double crash) {
        /** All goes well. */
        public static final Trouble NONE = new Trouble(0, 0, 0, 0, 0);

        /**
         * One attempt in ten, in five ways. Few of them crash: a JVM takes seconds of a core to start again, and each crash costs
         * its neighbours an attempt too.
         */
        public static final Trouble ONE_IN_TEN = new Trouble(0.025, 0.0245, 0.025, 0.025, 0.0005);

        /** The share of all attempts that trouble of any kind strikes. */
        public double share() {
            return fail + hang + slow + garbage + crash;
        }
    }

    /** One task's own properties. */
    public record Draw(int type, int priority, long sleepMillis) {
        /** The task type's name. */
        public String typeName() {
            return TYPE_PREFIX + type;
        }

        /** The priority's name. */
        public String priorityName() {
            return PRIORITIES.get(priority);
        }
    }

    /** The names of the task types. */
    public List<String> typeNames() {
        return IntStream.range(0, types).mapToObj(type -> TYPE_PREFIX + type).toList();
    }

    /** The next task. */
    public Draw draw(SplittableRandom random) {
        int type = random.nextInt(types);
        int priority = random.nextInt(PRIORITIES.size());
        double sleep = medianMillis * Math.exp(sigma * random.nextGaussian());
        return new Draw(type, priority, Math.min(maxMillis, Math.round(sleep)));
    }

    /** The mean of what agents take, the cut tail left aside: what sizes the fleet. */
    public double meanMillis() {
        return medianMillis * Math.exp(sigma * sigma / 2);
    }

    /** The same with so many types; of the same seed, all else is drawn the same. */
    public Mix withTypes(int count) {
        return new Mix(count, payloadBytes, resultBytes, medianMillis, sigma, maxMillis, trouble);
    }

    /** The same with other sizes. */
    public Mix withSizes(int newPayloadBytes, int newResultBytes) {
        return new Mix(types, newPayloadBytes, newResultBytes, medianMillis, sigma, maxMillis, trouble);
    }

    /** The same with agents that take always as long. */
    public Mix withFixedMillis(long millis) {
        return new Mix(types, payloadBytes, resultBytes, millis, 0, millis, trouble);
    }

    /** The same with trouble. */
    public Mix with(Trouble newTrouble) {
        return new Mix(types, payloadBytes, resultBytes, medianMillis, sigma, maxMillis, newTrouble);
    }
}
