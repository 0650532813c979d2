package io.agentorchestrator.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The ledger of the simulated agents: one line per execution, of task key, attempt key, attempt and epoch. */
record LedgerFile(Path directory) {
    private static final int FIELDS = 4;

    /** One execution of a task by an agent. */
    record Execution(String taskKey, String attemptKey, int attempt) {}

    /** Every execution so far; a line that is being written is not there yet. */
    List<Execution> executions() throws IOException {
        List<Execution> all = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return all;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.ledger")) {
            for (Path file : files) {
                for (String line : Files.readString(file).split("\n", -1)) {
                    String[] fields = line.split("\t", -1);
                    if (fields.length == FIELDS) {
                        all.add(new Execution(fields[0], fields[1], Integer.parseInt(fields[2])));
                    }
                }
            }
        }
        return all;
    }

    /** How often each was executed, by a key. */
    Map<String, Long> count(Function<Execution, String> key) throws IOException {
        return executions().stream().collect(Collectors.groupingBy(key, Collectors.counting()));
    }
}
