package io.agentorchestrator.agents.simulated;

import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Faults and delays of one attempt, by chance. With a seed they are the same on every machine and in every dispatch. */
record Chances(boolean fails, boolean crashes, boolean hangs, boolean isSlow, boolean garbles) {
    static Chances of(SimulatedPayload payload, UUID taskId, int attempt) {
        SplittableRandom random = payload.seed() == null
                ? new SplittableRandom()
                : new SplittableRandom(mix(payload.seed(), taskId, attempt));
        // Each draws once and in this order, so that setting one probability does not change the others' luck.
        return new Chances(
                strikes(random, payload.failProbability()),
                strikes(random, payload.crashProbability()),
                strikes(random, payload.hangProbability()),
                strikes(random, payload.slowTailProbability()),
                strikes(random, payload.garbageProbability()));
    }

    private static boolean strikes(SplittableRandom random, @Nullable Double probability) {
        double drawn = random.nextDouble();
        return probability != null && drawn < probability;
    }

    private static long mix(long seed, UUID taskId, int attempt) {
        long mixed = seed * 0x9E3779B97F4A7C15L + taskId.getMostSignificantBits();
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L + taskId.getLeastSignificantBits();
        return (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L + attempt;
    }
}
