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

/** Counts executions over all files of a ledger, also while agents still write. */
public final class LedgerReader {
    private static final Pattern TAB = Pattern.compile("\t");
    private static final int FIELDS = 4;

    private LedgerReader() {}

    /**
     * How often each task and each attempt was executed.
     *
     * @param byTaskKey executions by the task's idempotency key
     * @param byAttemptKey executions by the attempt's idempotency key
     * @param executions of all tasks together
     */
    public record Counts(Map<String, Integer> byTaskKey, Map<String, Integer> byAttemptKey, long executions) {
        public Counts {
            byTaskKey = Map.copyOf(byTaskKey);
            byAttemptKey = Map.copyOf(byAttemptKey);
        }
    }

    /** Reads the whole ledger; a directory that does not exist is an empty one. */
    public static Counts read(Path directory) throws IOException {
        Map<String, Integer> byTaskKey = new HashMap<>();
        Map<String, Integer> byAttemptKey = new HashMap<>();
        long executions = 0;
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + Ledger.SUFFIX)) {
                for (Path file : files) {
                    executions += readFile(file, byTaskKey, byAttemptKey);
                }
            }
        }
        return new Counts(byTaskKey, byAttemptKey, executions);
    }

    private static long readFile(Path file, Map<String, Integer> byTaskKey, Map<String, Integer> byAttemptKey)
            throws IOException {
        long executions = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                List<String> fields = TAB.splitAsStream(line).toList();
                if (fields.size() == FIELDS) { // fewer: a line that a killed process did not finish
                    byTaskKey.merge(fields.get(0), 1, Integer::sum);
                    byAttemptKey.merge(fields.get(1), 1, Integer::sum);
                    executions++;
                }
            }
        }
        return executions;
    }
}
