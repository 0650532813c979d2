package io.agentorchestrator.agents.simulated;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Counts executions and effects over all files of a ledger, also while agents still write. */
public final class LedgerReader {
    private static final Pattern TAB = Pattern.compile("\t");
    private static final int FIELDS = 4;

    private LedgerReader() {}

    /**
     * Counts of the executions of each task and each attempt, and of the effects of each task.
     *
     * @param byTaskKey executions by the task's idempotency key
     * @param byAttemptKey executions by the attempt's idempotency key
     * @param executions of all tasks together
     * @param effectsByTaskKey effects by the task's idempotency key, of tasks that had one: 1, or the effect was doubled
     */
    public record Counts(
            Map<String, Integer> byTaskKey,
            Map<String, Integer> byAttemptKey,
            long executions,
            Map<String, Integer> effectsByTaskKey) {
        public Counts {
            byTaskKey = Map.copyOf(byTaskKey);
            byAttemptKey = Map.copyOf(byAttemptKey);
            effectsByTaskKey = Map.copyOf(effectsByTaskKey);
        }
    }

    /** Reads the whole ledger; a directory that does not exist is an empty one. */
    public static Counts read(Path directory) throws IOException {
        Map<String, Integer> byTaskKey = new HashMap<>();
        Map<String, Integer> byAttemptKey = new HashMap<>();
        long executions = readAll(directory, byTaskKey, byAttemptKey);
        return new Counts(byTaskKey, byAttemptKey, executions, effects(directory, byTaskKey));
    }

    private static Map<String, Integer> effects(Path ledger, Map<String, Integer> executionsByTaskKey)
            throws IOException {
        Path directory = ledger.resolve(SideEffects.DIRECTORY);
        Map<String, Integer> byTaskKey = new HashMap<>();
        readAll(directory, byTaskKey, new HashMap<>());
        // An effect whose process was killed before it wrote the line. Its execution had been written before.
        for (String taskKey : executionsByTaskKey.keySet()) {
            if (!byTaskKey.containsKey(taskKey) && Files.exists(SideEffects.fileOf(directory, taskKey))) {
                byTaskKey.put(taskKey, 1);
            }
        }
        return byTaskKey;
    }

    private static long readAll(Path directory, Map<String, Integer> byTaskKey, Map<String, Integer> byAttemptKey)
            throws IOException {
        long lines = 0;
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + LedgerFile.SUFFIX)) {
                for (Path file : files) {
                    lines += readFile(file, byTaskKey, byAttemptKey);
                }
            }
        }
        return lines;
    }

    private static long readFile(Path file, Map<String, Integer> byTaskKey, Map<String, Integer> byAttemptKey)
            throws IOException {
        long whole = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                List<String> fields = TAB.splitAsStream(line).toList();
                if (fields.size() == FIELDS) { // fewer: a line that a killed process did not finish
                    byTaskKey.merge(fields.get(0), 1, Integer::sum);
                    byAttemptKey.merge(fields.get(1), 1, Integer::sum);
                    whole++;
                }
            }
        }
        return whole;
    }
}
