package io.agentorchestrator.agents.source.inventory;

import io.agentorchestrator.sdk.TaskContext;
import io.agentorchestrator.sdk.TaskFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where tasks leave for each other what is too big for a result: a folder per task under the reports directory, which all
 * source agents share. A file appears at once and whole, and a task that is tried again writes the same file again.
 */
public final class WorkFolder {
    private static final Duration KEPT_FOR = Duration.ofDays(7);
    private static final int SHORT_ID_CHARACTERS = 8;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Path reports;

    public WorkFolder(Path reports) {
        this.reports = reports.toAbsolutePath().normalize();
    }

    /** The directory of all reports. */
    public Path reports() {
        return reports;
    }

    /** The end of the task's id: ids of one minute begin alike. */
    public static String shortId(TaskContext task) {
        String id = task.taskId().toString();
        return id.substring(id.length() - SHORT_ID_CHARACTERS);
    }

    /** The folder of this task, made if it is missing. */
    public Path of(TaskContext task) throws IOException {
        return Files.createDirectories(
                reports.resolve("work").resolve(task.taskId().toString()));
    }

    /** Writes a value for later tasks; returns the path to hand on. */
    public String write(TaskContext task, String name, Object value) throws IOException {
        Path file = of(task).resolve(name + ".json");
        replace(file, MAPPER.writeValueAsBytes(value));
        return file.toString();
    }

    /** Writes a file so that a reader never sees half of it, and a second attempt replaces what the first one wrote. */
    public static void replace(Path file, byte[] content) throws IOException {
        Path unfinished = Files.createTempFile(file.getParent(), "unfinished", ".tmp");
        try {
            Files.write(unfinished, content);
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /** Reads the inventory that the task's payload names. */
    public SourceIndex index(TaskContext task) throws IOException {
        return read(task.payloadAs(IndexPayload.class).index(), SourceIndex.class);
    }

    /** Reads what an earlier task wrote. */
    public <T> T read(String path, Class<T> type) throws IOException {
        Path file = Path.of(path).toAbsolutePath().normalize();
        if (!file.startsWith(reports.resolve("work"))) {
            throw TaskFailure.terminal(
                    "INVALID_PAYLOAD", path + " is no work file of this agent; it keeps them under " + reports);
        }
        if (!Files.exists(file)) {
            throw TaskFailure.retryable(
                    "WORK_FILE_NOT_FOUND",
                    path + " is not there; all source agents have to share one reports directory");
        }
        try {
            return MAPPER.readValue(file, type);
        } catch (JacksonException e) {
            throw TaskFailure.terminal(
                    "WORK_FILE_UNREADABLE",
                    path + " is damaged, or another version of the agent wrote it; run the whole DAG again");
        }
    }

    /** Removes folders of tasks that nobody will come back to. */
    void removeOld(Instant now) throws IOException {
        Path work = reports.resolve("work");
        if (!Files.isDirectory(work)) {
            return;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(work, Files::isDirectory)) {
            for (Path folder : folders) {
                if (Files.getLastModifiedTime(folder).toInstant().isBefore(now.minus(KEPT_FOR))) {
                    remove(folder);
                }
            }
        } catch (NoSuchFileException e) {
            return; // another agent was faster
        }
    }

    private static void remove(Path folder) throws IOException {
        List<Path> contents;
        try (Stream<Path> walk = Files.walk(folder)) {
            contents = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : contents) {
            Files.deleteIfExists(path);
        }
    }
}
