package io.agentorchestrator.cli.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The log of a background process: bounded, because its owner appends to it for ever. */
public record LogFile(Path path) {
    /** A log that is larger is moved aside; one older piece is kept. */
    public static final long MAX_BYTES = 10L << 20;

    private static final int TAIL_BYTES = 16 << 10;

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

    /** The last lines, fewer where the log is short or absent. */
    public List<String> tail(int lines) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long from = Math.max(0, file.length() - TAIL_BYTES);
            byte[] bytes = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(bytes);
            List<String> all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return all.subList(Math.max(0, all.size() - lines), all.size());
        } catch (IOException absent) {
            return List.of();
        }
    }
}
