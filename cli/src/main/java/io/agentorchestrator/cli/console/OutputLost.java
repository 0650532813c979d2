package io.agentorchestrator.cli.console;

import java.io.IOException;

/** Thrown when a verb's output cannot be written: the disk is full, or whoever read it is gone. */
public final class OutputLost extends RuntimeException {
    /** The exit code that says so, {@code EX_IOERR} of sysexits.h. */
    public static final int EXIT_CODE = 74;

    private static final String READER_LEFT = "Broken pipe";

    OutputLost(IOException cause) {
        super("The output could not be written: " + cause.getMessage(), cause);
    }

    /** Tells whether the reader of a pipe left, as {@code head} does when it has enough; then there is nobody to tell. */
    public boolean readerLeft() {
        return String.valueOf(getMessage()).contains(READER_LEFT);
    }
}
