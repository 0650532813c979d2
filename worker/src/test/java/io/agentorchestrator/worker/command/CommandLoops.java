package io.agentorchestrator.worker.command;

import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.worker.testkit.RunsFixture;
import java.time.Duration;

/** Loops that deliver commands to the runs of a test, faster than a worker's. */
public final class CommandLoops {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration RETRY_AFTER = Duration.ofMillis(200);

    private CommandLoops() {}

    /** A loop that is to be started and stopped. */
    public static CommandLoop of(RunsFixture runs, WakeSignal wake) {
        RunCommands delivery = new RunCommands(runs.delivery, runs.temporal, runs.starter, runs.suspects);
        return new CommandLoop(runs.delivery, delivery, wake, POLL, RETRY_AFTER);
    }
}
