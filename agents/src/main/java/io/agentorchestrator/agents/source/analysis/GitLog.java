package io.agentorchestrator.agents.source.analysis;

import io.agentorchestrator.agents.source.analysis.History.FileChurn;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LongSummaryStatistics;
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

        FileChurn of(String path) {
            return new FileChurn(path, commits, added, deleted, authors.size());
        }
    }

    private GitLog() {}

    /**
     * Adds up a log.
     *
     * @param note what else to know of it; empty: nothing but that there may be older commits than the log's limit
     */
    static History history(String log, String note, int limit) {
        Map<String, Churn> files = new HashMap<>();
        Set<String> authors = new HashSet<>();
        LongSummaryStatistics commits = new LongSummaryStatistics();
        String author = "";
        for (String line : (Iterable<String>) log.lines()::iterator) {
            String[] fields = line.split("\t", 3);
            if (line.startsWith("\u0001")) {
                author = fields[0];
                authors.add(author);
                commits.accept(Long.parseLong(fields[1].strip()));
            } else if (fields.length == 3) {
                Churn churn = files.computeIfAbsent(fields[2], _ -> new Churn());
                churn.commits++;
                churn.added += count(fields[0]);
                churn.deleted += count(fields[1]);
                churn.authors.add(author);
            }
        }
        if (commits.getCount() == 0) {
            return History.none("no commit touches this directory");
        }
        boolean cut = note.isEmpty() && commits.getCount() == limit;
        return new History(
                true,
                (int) commits.getCount(),
                authors.size(),
                day(commits.getMin()),
                day(commits.getMax()),
                cut ? "only the newest " + limit + " commits were looked at" : note,
                files.entrySet().stream()
                        .map(file -> file.getValue().of(file.getKey()))
                        .sorted(Comparator.comparingInt(FileChurn::commits)
                                .reversed()
                                .thenComparing(FileChurn::path))
                        .toList());
    }

    /** A dash stands for a binary file. */
    private static int count(String field) {
        return field.equals("-") ? 0 : Integer.parseInt(field);
    }

    private static String day(long seconds) {
        return LocalDate.ofInstant(Instant.ofEpochSecond(seconds), ZoneOffset.UTC)
                .toString();
    }
}
