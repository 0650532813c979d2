package io.agentorchestrator.cli.process;

import io.agentorchestrator.cli.stack.Component;
import java.time.Duration;
import java.util.List;

/** The signal that asks a process to end. */
public enum StopSignal {
    /** The usual request. */
    TERM,
    /** PostgreSQL's fast shutdown; its TERM would wait for every client to leave. */
    INT;

    private static final Duration SEND_LIMIT = Duration.ofSeconds(5);
    private static final Duration AFTER_KILL = Duration.ofSeconds(5);

    /** The one that stops a component at once and in order. */
    public static StopSignal of(Component component) {
        return component == Component.POSTGRES ? INT : TERM;
    }

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
        List<String> kill = List.of("sh", "-c", "kill -" + name() + " " + process.pid());
        if (!Command.run(SEND_LIMIT, kill).succeeded()) {
            ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy);
        }
    }
}
