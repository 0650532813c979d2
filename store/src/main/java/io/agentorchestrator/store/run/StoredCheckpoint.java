package io.agentorchestrator.store.run;

/**
 * The last checkpoint of a task.
 *
 * @param sequence ascending over the task's life
 * @param data opaque to us; owned by this record and not to be changed
 */
public record StoredCheckpoint(long sequence, byte[] data) {}
