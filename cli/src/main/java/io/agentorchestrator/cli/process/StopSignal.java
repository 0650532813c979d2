package io.agentorchestrator.cli.process;

import java.io.IOException;
import java.time.Duration;

/** The signal that asks a process to end. */
public enum StopSignal {
    /** The usual request. */
    TERM,
    /** PostgreSQL's fast shutdown; its TERM would wait for every client to leave. */
    INT;

    private static final Duration AFTER_KILL = Duration.ofSeconds(5);

    /**
     * Asks a process to end, and kills it when it has not within the bound.
     *
     * @return whether it ended by itself
     */
    public boolean stop(ProcessIdentity process, Duration bound) throws InterruptedException {
        return stop(process, bound, () -> {});
    }

    /**
     * Asks a process to end, and kills it when it has not within the bound.
     *
     * @param meanwhile run again and again until it has ended
     * @return whether it ended by itself
     */
    public boolean stop(ProcessIdentity process, Duration bound, Runnable meanwhile) throws InterruptedException {
        if (!process.alive()) {
            return true;
        }
        send(process);
        boolean ended = Patience.until(bound, () -> {
            meanwhile.run();
            return !process.alive();
        });
        if (ended) {
            return true;
        }
        ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
        Patience.until(AFTER_KILL, () -> !process.alive());
        return false;
    }

    private void send(ProcessIdentity process) throws InterruptedException {
        switch (this) {
            case TERM -> ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy);
            case INT -> {
                try {
                    new ProcessBuilder("sh", "-c", "kill -INT " + process.pid())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor();
                } catch (IOException noShell) {
                    ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy);
                }
            }
        }
    }
}
