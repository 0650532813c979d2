package io.agentorchestrator.agents.source.analysis;

import java.util.List;

/**
 * The changes of the files, as git knows them.
 *
 * @param available whether there is a history at all; if not, {@code note} says why
 * @param commits that were looked at, without merges
 * @param authors different e-mail addresses; the addresses themselves are not kept
 * @param from day of the oldest commit looked at, ISO 8601; empty without commits
 * @param to day of the newest
 * @param note what else to know: shallow clone, older commits left out
 * @param files that were changed, most commits first
 */
public record History(
        boolean available, int commits, int authors, String from, String to, String note, List<FileChurn> files) {
    public History {
        files = List.copyOf(files);
    }

    static History none(String note) {
        return new History(false, 0, 0, "", "", note, List.of());
    }

    /** The number and size of one file's changes. */
    public record FileChurn(String path, int commits, int addedLines, int deletedLines, int authors) {}
}
