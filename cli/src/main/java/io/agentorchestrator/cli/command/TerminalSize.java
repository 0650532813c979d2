package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.console.Screen;
import io.agentorchestrator.cli.process.Command;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Asks the terminal for its size, now and then. Not thread-safe. */
final class TerminalSize implements Supplier<Screen> {
    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final Duration FRESH = Duration.ofSeconds(2);

    private Screen last = Screen.DEFAULT;
    private long askedNanos = System.nanoTime() - FRESH.toNanos();

    @Override
    public Screen get() {
        if (System.nanoTime() - askedNanos >= FRESH.toNanos()) {
            askedNanos = System.nanoTime();
            try {
                last = Screen.parse(Command.run(LIMIT, List.of("sh", "-c", "stty size </dev/tty"))
                        .output());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return last;
    }
}
