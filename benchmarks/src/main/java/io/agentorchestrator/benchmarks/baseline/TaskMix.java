package io.agentorchestrator.benchmarks.baseline;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Tasks for simulated agents: every type equally often, sleeps that are lognormal. A task is known by its number, so that the
 * same seed gives the same tasks whoever asks in whatever order. Thread-safe.
 *
 * @param payloadBytes of JSON; padded by white space, which is all that agents allow
 * @param resultBytes of padding in the result
 * @param medianMillis of the sleeps
 */
record TaskMix(List<String> types, int payloadBytes, int resultBytes, double medianMillis, long seed) {
    /** Of the logarithm of the sleeps: the middle two thirds are within a factor of 2.2 of the median. */
    static final double SIGMA = 0.8;

    static final long MAX_SLEEP_MILLIS = 2_000;

    TaskMix {
        types = List.copyOf(types);
        if (types.isEmpty()) {
            throw new IllegalArgumentException("a mix has at least one type");
        }
    }

    /** A task to submit. */
    @SuppressWarnings("ArrayRecordComponent")
    record MixedTask(String type, byte[] payload) {}

    MixedTask task(long number) {
        return new MixedTask(types.get((int) Math.floorMod(number, (long) types.size())), payload(sleepMillis(number)));
    }

    long sleepMillis(long number) {
        // Two steps, since the first numbers of neighbouring seeds are alike.
        RandomGenerator random = new SplittableRandom(new SplittableRandom(seed ^ number).nextLong());
        double sleep = medianMillis * Math.exp(SIGMA * random.nextGaussian());
        return Math.min(MAX_SLEEP_MILLIS, Math.round(sleep));
    }

    private byte[] payload(long sleepMillis) {
        String fields = "{\"sleep_ms\":%d,\"result_bytes\":%d".formatted(sleepMillis, resultBytes);
        String padding = " ".repeat(Math.max(0, payloadBytes - fields.length() - 1));
        return (fields + padding + "}").getBytes(StandardCharsets.UTF_8);
    }
}
