package io.agentorchestrator.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The ledger of the simulated agents: one line per execution, of task key, attempt key, attempt and epoch. */
public record LedgerFile(Path directory) {
    private static final int FIELDS = 4;
    private static final String EFFECTS = "effects";

    /** One execution of a task by an agent. */
    public record Execution(String taskKey, String attemptKey, int attempt) {}

    /** Every execution so far; a line that is being written is not there yet. */
    public List<Execution> executions() throws IOException {
        List<Execution> all = new ArrayList<>();
        for (Path file : files(directory)) {
            for (String line : Files.readString(file).split("\n", -1)) {
                String[] fields = line.split("\t", -1);
                if (fields.length == FIELDS) {
                    all.add(new Execution(fields[0], fields[1], Integer.parseInt(fields[2])));
                }
            }
        }
        return all;
    }

    /** The most that each execution has told to have cost, as far as it wrote it down. */
    public List<Charge> charges() throws IOException {
        Map<Charge, Long> most = new HashMap<>();
        for (Path file : files(directory.resolve("charges"))) {
            long pid = Long.parseLong(file.getFileName().toString().split("-", -1)[1]);
            for (String line : Files.readString(file).split("\n", -1)) {
                String[] fields = line.split("\t", -1);
                if (fields.length == FIELDS + 1) {
                    most.merge(new Charge(pid, fields[0], fields[3], 0), Long.parseLong(fields[4]), Math::max);
                }
            }
        }
        return most.entrySet().stream()
                .map(each -> new Charge(
                        each.getKey().pid(),
                        each.getKey().taskKey(),
                        each.getKey().epoch(),
                        each.getValue()))
                .toList();
    }

    /**
     * The cost of an execution.
     *
     * @param pid of the agent's process
     */
    public record Charge(long pid, String taskKey, String epoch, long costMicroUsd) {}

    private static List<Path> files(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.ledger")) {
                files.forEach(found::add);
            }
        }
        return found;
    }

    /** How often the effect of each task happened, as far as lines tell: who was killed before its line left only a file. */
    public Map<String, Long> effects() throws IOException {
        return new LedgerFile(directory.resolve(EFFECTS)).count(Execution::taskKey);
    }

    /** Whether the effect of a task has happened, also where its line is missing. */
    public boolean hasEffect(String taskKey) throws NoSuchAlgorithmException {
        String name = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(taskKey.getBytes(StandardCharsets.UTF_8)));
        return Files.exists(directory
                .resolve(EFFECTS)
                .resolve(name.substring(0, 1))
                .resolve(name.substring(1, 2))
                .resolve(name));
    }

    /** How often each was executed, by a key. */
    public Map<String, Long> count(Function<Execution, String> key) throws IOException {
        return executions().stream().collect(Collectors.groupingBy(key, Collectors.counting()));
    }
}
