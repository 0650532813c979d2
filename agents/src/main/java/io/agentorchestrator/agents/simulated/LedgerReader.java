package io.agentorchestrator.agents.simulated;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
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
        readAll(directory, line -> {
            byTaskKey.merge(line[0], 1, Integer::sum);
            byAttemptKey.merge(line[1], 1, Integer::sum);
        });
        Map<String, Integer> effectsByTaskKey = new HashMap<>();
        readAll(Ledger.effects(directory), line -> effectsByTaskKey.merge(line[0], 1, Integer::sum));
        // An effect whose process was killed before it wrote the line. Its execution had been written before.
        for (String taskKey : byTaskKey.keySet()) {
            if (Files.exists(Ledger.effect(directory, taskKey))) {
                effectsByTaskKey.putIfAbsent(taskKey, 1);
            }
        }
        long executions =
                byTaskKey.values().stream().mapToLong(Integer::longValue).sum();
        return new Counts(byTaskKey, byAttemptKey, executions, effectsByTaskKey);
    }

    private static void readAll(Path directory, Consumer<String[]> counter) throws IOException {
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + LedgerFile.SUFFIX)) {
                for (Path file : files) {
                    // Through a reader that replaces what is no UTF-8: a killed process may have cut a character.
                    try (BufferedReader lines = new BufferedReader(
                            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
                        lines.lines()
                                .map(TAB::split)
                                .filter(line -> line.length == FIELDS) // fewer: it was not finished
                                .forEach(counter);
                    }
                }
            }
        }
    }
}
