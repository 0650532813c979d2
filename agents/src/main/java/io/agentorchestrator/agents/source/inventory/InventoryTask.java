package io.agentorchestrator.agents.source.inventory;

import io.agentorchestrator.sdk.TaskContext;
import io.agentorchestrator.sdk.TaskFailure;
import io.agentorchestrator.sdk.TaskHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code source-inventory}: which source files a directory holds. */
public record InventoryTask(WorkFolder work) implements TaskHandler {
    public static final int MAX_SOURCE_FILES = 100_000;

    private static final Pattern MANIFEST = Pattern.compile(
            "(?i)pom\\.xml|package\\.json|(pyproject|cargo)\\.toml|go\\.mod|build\\.gradle(\\.kts)?|requirements.*\\.txt");
    private static final int PROGRESS_EVERY = 2_000;

    record Payload(@Nullable String path) {}

    /**
     * @param index path of the {@link SourceIndex}, for later tasks
     * @param languages number of files by language
     */
    record Result(
            String index,
            String directory,
            int files,
            long bytes,
            Map<String, Integer> languages,
            int manifests,
            int otherFiles,
            Map<String, Integer> skipped,
            boolean git,
            boolean truncated) {}

    @Override
    public Object handle(TaskContext task) throws Exception {
        work.removeOld(Instant.now());
        Path root = directory(task.payloadAs(Payload.class).path());
        Listing listing = Listing.of(root, work.of(task));
        SourceIndex index = probe(task, root, listing);
        Map<String, Integer> languages = new TreeMap<>();
        index.files().forEach(file -> languages.merge(file.language().id(), 1, Integer::sum));
        return new Result(
                work.write(task, "index", index),
                index.root(),
                index.files().size(),
                index.files().stream().mapToLong(SourceFile::bytes).sum(),
                languages,
                index.manifests().size(),
                index.otherFiles(),
                index.skipped(),
                index.git(),
                index.truncated());
    }

    private static Path directory(@Nullable String path) throws IOException {
        if (path == null || path.isBlank()) {
            throw TaskFailure.terminal("INVALID_PAYLOAD", "field \"path\" is missing: the directory to analyse");
        }
        Path directory;
        try {
            directory = Path.of(path).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw TaskFailure.terminal("PATH_NOT_FOUND", "\"" + path + "\" is no path: " + e.getReason());
        }
        if (!Files.exists(directory)) {
            throw TaskFailure.terminal("PATH_NOT_FOUND", directory + " does not exist on the agent's machine");
        }
        if (!Files.isDirectory(directory)) {
            throw TaskFailure.terminal("NOT_A_DIRECTORY", directory + " is a file; give the directory to analyse");
        }
        if (!Files.isReadable(directory)) {
            throw TaskFailure.terminal("PATH_NOT_READABLE", "the agent may not read " + directory);
        }
        return directory.toRealPath();
    }

    private static SourceIndex probe(TaskContext task, Path root, Listing listing) throws InterruptedException {
        List<SourceFile> files = new ArrayList<>();
        List<String> manifests = new ArrayList<>();
        Map<String, Integer> skipped = new TreeMap<>();
        if (listing.unreadable() > 0) {
            skipped.put("unreadable", listing.unreadable());
        }
        int others = 0;
        int seen = 0;
        boolean truncated = listing.truncated();
        for (Path path : listing.paths()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("cancelled while looking at files");
            }
            if (files.size() >= MAX_SOURCE_FILES) {
                truncated = true;
                break;
            }
            FileProbe probe = FileProbe.of(root, path);
            if (MANIFEST.matcher(path.getFileName().toString()).matches()
                    && (probe instanceof FileProbe.Source || probe instanceof FileProbe.Other)) {
                manifests.add(path.toString().replace('\\', '/'));
            }
            switch (probe) {
                case FileProbe.Source(SourceFile file) -> files.add(file);
                case FileProbe.Skipped(String reason) -> skipped.merge(reason, 1, Integer::sum);
                case FileProbe.Other() -> others++;
                case FileProbe.Nothing() -> {}
            }
            if (++seen % PROGRESS_EVERY == 0) {
                task.progress((double) seen / listing.paths().size(), seen + " files seen");
            }
        }
        return new SourceIndex(root.toString(), listing.git(), files, manifests, others, skipped, truncated);
    }
}
