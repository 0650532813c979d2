package io.agentorchestrator.agents.simulated;

import io.agentorchestrator.sdk.TaskContext;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The pretended work of one attempt: sleeps on from the last checkpoint and makes new ones, with what it has cost so far. One thread's. */
final class Sleep {
    private final TaskContext task;
    private final long totalMillis;
    private final long everyMillis;
    private final long resumedFromMillis;
    private final long costMicroUsd;
    private long position;

    Sleep(TaskContext task, SimulatedPayload payload, boolean slow) {
        this.task = task;
        this.totalMillis = payload.sleepMillis() * (slow ? SimulatedHandler.SLOW_TAIL_FACTOR : 1);
        this.everyMillis = payload.checkpointEveryMillis();
        this.costMicroUsd = payload.costMicroUsd();
        this.resumedFromMillis = totalMillis == 0 ? 0 : Math.min(totalMillis, positionIn(task.lastCheckpoint()));
        this.position = resumedFromMillis;
    }

    /** Time that this attempt slept itself; with what it resumed from, that makes the whole. */
    long sleptMillis() {
        return position - resumedFromMillis;
    }

    long resumedFromMillis() {
        return resumedFromMillis;
    }

    void untilTrouble() throws InterruptedException {
        long half = resumedFromMillis + (totalMillis - resumedFromMillis) / 2;
        long nextCheckpoint = everyMillis == 0 ? half : Math.ceilDiv(half, everyMillis) * everyMillis;
        until(Math.min(totalMillis, nextCheckpoint));
    }

    void toTheEnd() throws InterruptedException {
        until(totalMillis);
    }

    private void until(long end) throws InterruptedException {
        while (position < end) {
            long checkpointAt = everyMillis == 0 ? end : (position / everyMillis + 1) * everyMillis;
            long next = Math.min(end, checkpointAt);
            Thread.sleep(next - position);
            position = next;
            if (position == checkpointAt && everyMillis > 0) {
                task.checkpoint(Long.toString(position).getBytes(StandardCharsets.UTF_8));
                task.progress((double) position / totalMillis, "slept " + position + " of " + totalMillis + " ms");
                if (costMicroUsd > 0) {
                    double done = (double) (position - resumedFromMillis) / (totalMillis - resumedFromMillis);
                    task.usage(Math.round(costMicroUsd * done), 0, 0);
                }
            }
        }
    }

    private static long positionIn(Optional<byte[]> checkpoint) {
        if (checkpoint.isEmpty()) {
            return 0;
        }
        try {
            return Math.max(0, Long.parseLong(new String(checkpoint.get(), StandardCharsets.UTF_8)));
        } catch (NumberFormatException e) {
            return 0; // not one of ours: start from the beginning
        }
    }
}
