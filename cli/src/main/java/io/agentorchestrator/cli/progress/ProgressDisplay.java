package io.agentorchestrator.cli.progress;

/** Shows a run while it goes on. Not thread-safe. */
public interface ProgressDisplay {
    /** Shows how it stands now. */
    void show(RunView run);

    /** The run ended or is left alone: leave the terminal as one would find it. */
    default void close() {}
}
