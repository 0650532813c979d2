package io.agentorchestrator.cli.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.commons.io.input.ReversedLinesFileReader;

/** The log of a background process: bounded, because its owner appends to it for ever. */
public record LogFile(Path path) {
    /** A log that is larger is moved aside; one older piece is kept. */
    public static final long MAX_BYTES = 10L << 20;

    /**
     * Moves a log that outgrew its room aside. The process keeps its open file, so the text is copied and the file
     * emptied; lines written between the two steps are lost.
     */
    public void rotate() throws IOException {
        if (Files.exists(path) && Files.size(path) > MAX_BYTES) {
            Files.copy(path, path.resolveSibling(path.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
        }
    }

    /** The last lines, marked as quoted for people. */
    public List<String> quoted(int lines) {
        return tail(lines).stream().map(line -> "  | " + line).toList();
    }

    /** The last lines, fewer where the log is short or absent. */
    List<String> tail(int lines) {
        try (ReversedLinesFileReader reversed = ReversedLinesFileReader.builder()
                .setPath(path)
                .setCharset(StandardCharsets.UTF_8)
                .get()) {
            return reversed.readLines(lines).reversed();
        } catch (IOException absent) {
            return List.of();
        }
    }
}
