package io.agentorchestrator.workflows.run;

/**
 * The state with which a run begins that takes over the tasks of a run that was lost.
 *
 * @param plannerState by {@code Planner.resumption}
 * @param lastToggle the sequence of the PAUSE or RESUME that the state knows of, 0 if none: earlier ones are dropped
 */
@SuppressWarnings("ArrayRecordComponent")
public record Resumption(byte[] plannerState, long lastToggle) {}
