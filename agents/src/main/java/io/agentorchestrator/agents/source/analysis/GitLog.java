package io.agentorchestrator.agents.source.analysis;

import io.agentorchestrator.agents.source.analysis.History.FileChurn;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Adds up the output of {@code git log --numstat}. */
final class GitLog {
    /** A line of a commit starts with the character that no path has: 0x01, address, tab, seconds. */
    static final String FORMAT = "--format=%x01%ae%x09%at";

    private static final class Churn {
        private int commits;
        private int added;
        private int deleted;
        private final Set<String> authors = new HashSet<>();
    }

    private final Map<String, Churn> files = new HashMap<>();
    private final Set<String> authors = new HashSet<>();
    private int commits;
    private long oldest = Long.MAX_VALUE;
    private long newest = Long.MIN_VALUE;
    private String author = "";

    private GitLog() {}

    /**
     * Adds up a log.
     *
     * @param note what else to know of it; empty: nothing but that there may be older commits than the log's limit
     */
    static History history(String log, String note, int limit) {
        GitLog sum = new GitLog();
        log.lines().forEach(sum::line);
        if (sum.commits == 0) {
            return History.none("no commit touches this directory");
        }
        boolean cut = note.isEmpty() && sum.commits == limit;
        return sum.history(cut ? "only the newest " + limit + " commits were looked at" : note);
    }

    private void line(String line) {
        if (line.startsWith("\u0001")) {
            int tab = line.indexOf('\t');
            author = line.substring(1, tab);
            authors.add(author);
            commits++;
            long at = Long.parseLong(line.substring(tab + 1).strip());
            oldest = Math.min(oldest, at);
            newest = Math.max(newest, at);
        } else if (!line.isEmpty()) {
            String[] fields = line.split("\t", 3);
            if (fields.length == 3) {
                Churn churn = files.computeIfAbsent(fields[2], _ -> new Churn());
                churn.commits++;
                churn.added += count(fields[0]);
                churn.deleted += count(fields[1]);
                churn.authors.add(author);
            }
        }
    }

    /** A dash stands for a binary file. */
    private static int count(String field) {
        return field.equals("-") ? 0 : Integer.parseInt(field);
    }

    private History history(String note) {
        List<FileChurn> churn = files.entrySet().stream()
                .map(entry -> new FileChurn(
                        entry.getKey(),
                        entry.getValue().commits,
                        entry.getValue().added,
                        entry.getValue().deleted,
                        entry.getValue().authors.size()))
                .sorted(Comparator.comparingInt(FileChurn::commits).reversed().thenComparing(FileChurn::path))
                .toList();
        return new History(true, commits, authors.size(), day(oldest), day(newest), note, churn);
    }

    private static String day(long seconds) {
        return LocalDate.ofInstant(Instant.ofEpochSecond(seconds), ZoneOffset.UTC)
                .toString();
    }
}
