package io.agentorchestrator.workflows.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Slots in front of a standing backlog, which credit keeps busy. */
class FlowEstimatePropertyTest {
    private static final double NANOS_PER_MILLI = 1e6;

    @Test
    void keepsSlotsBusyWhateverTheirNumberTheTasksAndTheWay() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            int slots = 1 + random.nextInt(random.nextBoolean() ? 3 : 200);
            double executionMillis = Math.pow(10, 0.7 + 2.5 * random.nextDouble());
            double latencyMillis = 5 + 300 * random.nextDouble();
            if (slots / executionMillis * 1_000 > FlowEstimate.MAX_TASKS_PER_SECOND) {
                continue;
            }
            FlowEstimate flow = new FlowEstimate(millis(latencyMillis), millis(executionMillis));

            double busy = new Slots(slots, executionMillis, latencyMillis, flow, random).busyShare();

            assertThat(busy)
                    .as("seed %d: %d slots, %.1f ms, on the way %.1f ms", seed, slots, executionMillis, latencyMillis)
                    .isGreaterThan(0.9);
        }
    }

    private static Duration millis(double millis) {
        return Duration.ofNanos((long) (millis * NANOS_PER_MILLI));
    }

    /** Agents of one class that are fed as the credit says; times in milliseconds. */
    private static final class Slots {
        private final int slots;
        private final double execution;
        private final double latency;
        private final FlowEstimate flow;
        private final Random random;
        private final PriorityQueue<Double> ends = new PriorityQueue<>();
        private final ArrayDeque<Double> arrivals = new ArrayDeque<>();
        private double busyMillis;
        private double lastClaim;

        Slots(int slots, double execution, double latency, FlowEstimate flow, Random random) {
            this.slots = slots;
            this.execution = execution;
            this.latency = latency;
            this.flow = flow;
            this.random = random;
        }

        double busyShare() {
            double warm = 3 * (latency + execution);
            double until = warm + Math.max(2_000, 10 * execution);
            double now = 0;
            claim(now);
            while (now < until) {
                double next = next();
                busyMillis += now < warm ? 0 : (next - now) * ends.size();
                now = next;
                step(now);
            }
            return busyMillis / ((now - warm) * slots);
        }

        private double next() {
            double next = lastClaim + flow.refill().toMillis();
            if (!ends.isEmpty()) {
                next = Math.min(next, ends.element());
            }
            if (!arrivals.isEmpty() && ends.size() < slots) {
                next = Math.min(next, arrivals.element());
            }
            return next;
        }

        private void step(double now) {
            while (!ends.isEmpty() && ends.element() <= now) {
                ends.remove();
            }
            while (!arrivals.isEmpty() && arrivals.element() <= now && ends.size() < slots) {
                arrivals.remove();
                ends.add(now + execution * (0.8 + 0.4 * random.nextDouble()));
            }
            int free = flow.credit(slots) - ends.size() - arrivals.size();
            if (free >= flow.worthAClaim(slots)
                    || now >= lastClaim + flow.refill().toMillis()) {
                claim(now);
            }
        }

        private void claim(double now) {
            lastClaim = now;
            while (ends.size() + arrivals.size() < flow.credit(slots)) {
                arrivals.add(now + latency);
            }
        }
    }
}
