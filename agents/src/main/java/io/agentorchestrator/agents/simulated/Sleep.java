package io.agentorchestrator.agents.simulated;

import io.agentorchestrator.sdk.TaskContext;
import io.agentorchestrator.sdk.TaskFailure;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * The pretended work of one attempt: sleeps on from the last checkpoint and makes new ones, with what it has cost so far. With checkpoints it
 * makes way for another task at once, having saved how far it is; without, it takes no notice. One thread's.
 */
final class Sleep {
    private final TaskContext task;
    private final long totalMillis;
    private final long everyMillis;
    private final long resumedFromMillis;
    private final long costMicroUsd;
    private final LongConsumer cost;
    private final CountDownLatch makesWay = new CountDownLatch(1);
    private long position;

    /** @param cost told what the attempt has cost so far, millionths of a US dollar */
    Sleep(TaskContext task, SimulatedPayload payload, boolean slow, LongConsumer cost) {
        this.task = task;
        this.totalMillis = payload.sleepMillis() * (slow ? SimulatedHandler.SLOW_TAIL_FACTOR : 1);
        this.everyMillis = payload.checkpointEveryMillis();
        this.costMicroUsd = payload.costMicroUsd();
        this.cost = cost;
        this.resumedFromMillis = totalMillis == 0 ? 0 : Math.min(totalMillis, positionIn(task.lastCheckpoint()));
        this.position = resumedFromMillis;
        if (everyMillis > 0) {
            task.onPreemption(makesWay::countDown);
        }
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
            long began = System.nanoTime();
            if (makesWay.await(next - position, TimeUnit.MILLISECONDS)) {
                position = Math.min(next, position + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
                save();
                throw TaskFailure.preempted();
            }
            position = next;
            if (position == checkpointAt && everyMillis > 0) {
                save();
            }
        }
    }

    private void save() {
        task.checkpoint(Long.toString(position).getBytes(StandardCharsets.UTF_8));
        task.progress((double) position / totalMillis, "slept " + position + " of " + totalMillis + " ms");
        double done = (double) (position - resumedFromMillis) / (totalMillis - resumedFromMillis);
        cost.accept(Math.round(costMicroUsd * done));
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
