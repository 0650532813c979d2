package io.agentorchestrator.cli.process;

/** Does something when Ctrl-C or SIGTERM ends this process, which closes nothing. Thread-safe. */
public final class ExitHook implements AutoCloseable {
    private final Thread thread;

    /** @param action run at most once */
    public ExitHook(Runnable action) {
        thread = Thread.ofPlatform().unstarted(action);
        Runtime.getRuntime().addShutdownHook(thread);
    }

    /** Takes it back; false when the process is ending already. */
    public boolean remove() {
        try {
            return Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException exiting) {
            return false;
        }
    }

    @Override
    public void close() {
        remove();
    }
}
