package io.agentorchestrator.cli.client;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** Lines of a stream, however long they are: of a longer one only the beginning is kept, so that a wild server cannot fill the memory. Not thread-safe. */
final class BoundedLines {
    private final Reader reader;
    private final int maxChars;
    private boolean afterReturn;

    /** @param reader buffered; whoever made it closes it */
    BoundedLines(Reader reader, int maxChars) {
        this.reader = reader;
        this.maxChars = maxChars;
    }

    /** The next line without its end, which is LF, CR or both; null at the end of the stream. */
    @Nullable String next() throws IOException {
        StringBuilder line = new StringBuilder();
        boolean any = false;
        for (int read = reader.read(); read >= 0; read = reader.read()) {
            boolean isSecondOfTwo = afterReturn && read == '\n';
            afterReturn = read == '\r';
            if (isSecondOfTwo) {
                continue;
            }
            if (read == '\n' || read == '\r') {
                return line.toString();
            }
            any = true;
            if (line.length() < maxChars) {
                line.append((char) read);
            }
        }
        return any ? line.toString() : null;
    }
}
