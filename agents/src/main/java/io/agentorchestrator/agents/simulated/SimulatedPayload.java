package io.agentorchestrator.agents.simulated;

import io.agentorchestrator.sdk.TaskFailure;
import org.jspecify.annotations.Nullable;

/**
 * The behaviour that a simulated task shall pretend; every field is optional. See docs/agents.md.
 *
 * @param sleepMs how long it works
 * @param failTimes attempts that fail before one succeeds; -1: all
 * @param failCode with which they fail
 * @param retryable whether they may be tried again
 * @param checkpointEveryMs a checkpoint after each such stretch of sleep; 0: none
 * @param costUsd what an attempt costs
 * @param resultBytes padding of the result
 * @param failProbability of failing, 0 to 1
 * @param crashProbability of halting the whole process
 * @param hangProbability of never ending
 * @param slowTailProbability of sleeping ten times as long
 * @param garbage the result is no JSON
 * @param garbageProbability of the same
 * @param doubleResult the result is sent twice
 * @param effect the task has an effect, once in its life; see {@link Ledger}
 * @param padding makes the payload as large as the load that is to be simulated; nobody reads it
 * @param seed makes what is probable certain, by (seed, task id, attempt)
 */
record SimulatedPayload(
        @Nullable Long sleepMs,
        @Nullable Integer failTimes,
        @Nullable String failCode,
        @Nullable Boolean retryable,
        @Nullable Long checkpointEveryMs,
        @Nullable Double costUsd,
        @Nullable Integer resultBytes,
        @Nullable Double failProbability,
        @Nullable Double crashProbability,
        @Nullable Double hangProbability,
        @Nullable Double slowTailProbability,
        @Nullable Boolean garbage,
        @Nullable Double garbageProbability,
        @Nullable Boolean doubleResult,
        @Nullable Boolean effect,
        @Nullable String padding,
        @Nullable Long seed) {
    static final String DEFAULT_FAIL_CODE = "SIMULATED_FAILURE";
    static final long MAX_SLEEP_MS = 86_400_000;
    /** More than a result may have, so that the limit can be tested. */
    static final int MAX_RESULT_BYTES = 2 * 1024 * 1024;

    private static final double MAX_COST_USD = 1_000_000;

    static final SimulatedPayload NOTHING = new SimulatedPayload(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);

    SimulatedPayload {
        requireRange("sleep_ms", sleepMs, 0, MAX_SLEEP_MS);
        requireRange("fail_times", failTimes, -1, Integer.MAX_VALUE);
        requireRange("checkpoint_every_ms", checkpointEveryMs, 0, MAX_SLEEP_MS);
        requireRange("cost_usd", costUsd, 0, MAX_COST_USD);
        requireRange("result_bytes", resultBytes, 0, MAX_RESULT_BYTES);
        requireRange("fail_probability", failProbability, 0, 1);
        requireRange("crash_probability", crashProbability, 0, 1);
        requireRange("hang_probability", hangProbability, 0, 1);
        requireRange("slow_tail_probability", slowTailProbability, 0, 1);
        requireRange("garbage_probability", garbageProbability, 0, 1);
        if (failCode != null) {
            try {
                TaskFailure.requireUsableCode(failCode);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("field \"fail_code\": " + e.getMessage(), e);
            }
        }
    }

    private static void requireRange(String field, @Nullable Number value, double least, double most) {
        if (value != null && !(value.doubleValue() >= least && value.doubleValue() <= most)) {
            throw new IllegalArgumentException(
                    "field \"" + field + "\" must be " + (long) least + " to " + (long) most + ", not " + value);
        }
    }

    long sleepMillis() {
        return sleepMs == null ? 0 : sleepMs;
    }

    long checkpointEveryMillis() {
        return checkpointEveryMs == null ? 0 : checkpointEveryMs;
    }

    boolean fails(int attempt) {
        return failTimes != null && (failTimes == -1 || attempt <= failTimes);
    }

    TaskFailure failure(int attempt) {
        String code = failCode == null ? DEFAULT_FAIL_CODE : failCode;
        return new TaskFailure(code, "attempt " + attempt + " fails on demand", retryable == null || retryable);
    }

    long costMicroUsd() {
        return costUsd == null ? 0 : Math.round(costUsd * 1_000_000);
    }

    boolean sendsGarbage() {
        return garbage != null && garbage;
    }

    boolean hasEffect() {
        return effect != null && effect;
    }

    boolean sendsTwice() {
        return doubleResult != null && doubleResult;
    }
}
