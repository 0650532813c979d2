package io.agentorchestrator.cli.process;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts programs that may have been written a moment ago. Whatever another thread starts meanwhile has the file open for writing until it
 * has become a program of its own, and for so long the kernel refuses to execute it (ETXTBSY).
 */
final class FreshProgram {
    private static final String BUSY = "Text file busy";
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private FreshProgram() {}

    /** Starts the process; where its file is still being written to, as soon as it is not. */
    static Process start(ProcessBuilder builder) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                return builder.start();
            } catch (IOException failure) {
                boolean busy = String.valueOf(failure.getMessage()).contains(BUSY);
                if (!busy || System.nanoTime() - deadline > 0) {
                    throw failure;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }
}
