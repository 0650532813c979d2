package io.agentorchestrator.cli.progress;

/** Shows a run while it goes on. Not thread-safe. */
public interface ProgressDisplay {
    /** Shows how it stands now. */
    void show(RunView run);

    /** Shows nothing. */
    static ProgressDisplay none() {
        return new ProgressDisplay() {
            @Override
            public void show(RunView run) {}

            @Override
            public void close() {}
        };
    }

    /** The run ended or is left alone: leave the terminal as one would find it. */
    void close();
}
