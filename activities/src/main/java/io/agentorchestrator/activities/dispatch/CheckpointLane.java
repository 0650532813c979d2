package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.TaskCheckpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps checkpoints: of each task the last only, however many come while the store is busy or away. Thread-safe. */
final class CheckpointLane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointLane.class);
    /** In one statement: some MiB at most. */
    private static final int MAX_SET = 32;

    private static final StoreLane.Gather GATHER = new StoreLane.Gather(20, Duration.ofMillis(50));

    private final BatchStore batches;
    private final Map<UUID, TaskCheckpoint> latest = new ConcurrentHashMap<>();
    private final StoreLane<UUID> lane;

    CheckpointLane(BatchStore batches) {
        this.batches = batches;
        this.lane = new StoreLane<>("dispatch-checkpoints", GATHER, MAX_SET, new StoreLane.Writer<>() {
            @Override
            public void write(List<UUID> tasks) {
                save(tasks);
            }

            @Override
            public void refused(UUID taskId, Throwable why) {
                LOG.warn("a checkpoint of task {} cannot be kept: {}", taskId, why.getMessage());
                latest.remove(taskId);
            }
        });
    }

    void add(TaskCheckpoint checkpoint) {
        TaskCheckpoint before = latest.putIfAbsent(checkpoint.taskId(), checkpoint);
        if (before == null) {
            lane.add(checkpoint.taskId()); // once it can be found there
        } else {
            replace(checkpoint);
        }
    }

    private void replace(TaskCheckpoint checkpoint) {
        TaskCheckpoint replaced = latest.computeIfPresent(
                checkpoint.taskId(),
                (taskId, before) -> checkpoint.checkpoint().sequence()
                                >= before.checkpoint().sequence()
                        ? checkpoint
                        : before);
        if (replaced == null) {
            add(checkpoint); // the one before has been saved meanwhile
        }
    }

    private void save(List<UUID> tasks) {
        List<TaskCheckpoint> set = new ArrayList<>();
        for (UUID taskId : tasks) {
            TaskCheckpoint checkpoint = latest.get(taskId);
            if (checkpoint != null) {
                set.add(checkpoint);
            }
        }
        batches.saveCheckpoints(set);
        for (TaskCheckpoint saved : set) {
            if (!latest.remove(saved.taskId(), saved)) {
                lane.add(saved.taskId()); // a later one has come
            }
        }
    }

    @Override
    public void close() {
        lane.close();
    }
}
