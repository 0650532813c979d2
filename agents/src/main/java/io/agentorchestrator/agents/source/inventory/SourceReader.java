package io.agentorchestrator.agents.source.inventory;

import io.agentorchestrator.agents.source.language.LexedSource;
import io.agentorchestrator.sdk.TaskContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;

/** Goes through files of an index one by one: reads, cuts up, counts what it could not read, reports progress. */
public final class SourceReader {
    private static final int PROGRESS_EVERY = 250;

    private final TaskContext task;
    private final Path root;

    public SourceReader(TaskContext task, SourceIndex index) {
        this.task = task;
        this.root = index.rootPath();
    }

    /** Returns how many files could not be read. What is no UTF-8 is read all the same, with replacement characters. */
    public int read(List<SourceFile> files, BiConsumer<SourceFile, LexedSource> visitor) throws InterruptedException {
        int unreadable = 0;
        int done = 0;
        for (SourceFile file : files) {
            if (Thread.interrupted()) {
                throw new InterruptedException("cancelled while reading files");
            }
            try {
                visitor.accept(file, LexedSource.of(file.language(), text(file)));
            } catch (IOException e) {
                unreadable++;
            }
            if (++done % PROGRESS_EVERY == 0) {
                task.progress((double) done / files.size(), done + " of " + files.size() + " files");
            }
        }
        return unreadable;
    }

    private String text(SourceFile file) throws IOException {
        Path path = root.resolve(file.path());
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.size(path) > FileProbe.MAX_BYTES) {
            throw new IOException(path + " changed since the inventory");
        }
        return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    }
}
