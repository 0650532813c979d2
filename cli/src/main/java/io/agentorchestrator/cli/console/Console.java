package io.agentorchestrator.cli.console;

import io.agentorchestrator.text.VisibleText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One of a process's two outputs, in UTF-8. Everything for people is printed here, and text in it that would steer a terminal
 * is shown escaped ({@link VisibleText}). Thread-safe: a line is written as a whole.
 *
 * @see Drawing for what is redrawn in place
 */
public final class Console {
    private final OutputStream stream;
    private final boolean mayBeLost;
    private volatile @Nullable OutputLost lost;
    private final ReentrantLock lock = new ReentrantLock();

    private Console(OutputStream stream, boolean mayBeLost) {
        this.stream = stream;
        this.mayBeLost = mayBeLost;
    }

    /** The output for what a verb is asked for; if it cannot be written, {@link OutputLost} ends the verb. */
    public static Console ofOutput(OutputStream stream) {
        return new Console(stream, false);
    }

    /** The output for what is said beside that; if it cannot be written, there is nobody to tell. */
    public static Console ofErrors(OutputStream stream) {
        return new Console(stream, true);
    }

    /** Prints a line; a line break in it is shown escaped, too. */
    public void println(String line) {
        write(VisibleText.of(line) + "\n");
    }

    /** Prints a line about work that goes on even if nobody reads the line. */
    public void tell(String line) {
        try {
            println(line);
        } catch (OutputLost nobodyReads) {
            return;
        }
    }

    /** The failure that kept something from being written; empty while all was. */
    public Optional<OutputLost> lost() {
        return Optional.ofNullable(lost);
    }

    /** Prints a message that we put together of several lines. */
    public void printMessage(String message) {
        for (String line : message.stripTrailing().split("\n", -1)) {
            println(line);
        }
    }

    /** Passes on what is meant for programs, to the byte. */
    public void pass(byte[] bytes) {
        lock.lock();
        try {
            stream.write(bytes);
            stream.flush();
        } catch (IOException e) {
            if (!mayBeLost) {
                OutputLost failure = new OutputLost(e);
                lost = failure;
                throw failure;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Writes what {@link Drawing} made fit to be shown. */
    void write(String text) {
        pass(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The same output for libraries that print: line by line, likewise escaped. */
    public PrintWriter writer() {
        return new PrintWriter(new Lines(), true);
    }

    /** Collects what is printed into lines. */
    private final class Lines extends Writer {
        private final StringBuilder pending = new StringBuilder();

        @Override
        public void write(char[] chars, int from, int count) {
            pending.append(chars, from, count);
            for (int end = pending.indexOf("\n"); end >= 0; end = pending.indexOf("\n")) {
                tell(pending.substring(0, end));
                pending.delete(0, end + 1);
            }
        }

        @Override
        public void flush() {
            // A line is written once it is complete.
        }

        @Override
        public void close() {
            if (!pending.isEmpty()) {
                tell(pending.toString());
                pending.setLength(0);
            }
        }
    }
}
