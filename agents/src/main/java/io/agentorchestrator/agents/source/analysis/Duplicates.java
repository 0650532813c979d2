package io.agentorchestrator.agents.source.analysis;

import java.util.List;

/**
 * Code that stands in more than one place.
 *
 * @param linesCompared lines of code that took part
 * @param duplicatedLines those of them that repeat an earlier place
 * @param blocks how many repeated stretches there are
 * @param longest the longest of them, at most {@link DuplicatesTask#MAX_LISTED}
 * @param truncated whether there was more code than is compared
 */
public record Duplicates(
        int linesCompared, int duplicatedLines, int blocks, List<Block> longest, int unreadable, boolean truncated) {
    public Duplicates {
        longest = List.copyOf(longest);
    }

    /** The part of the compared code that repeats other code, 0 to 1. */
    public double ratio() {
        return linesCompared == 0 ? 0 : (double) duplicatedLines / linesCompared;
    }

    /**
     * A stretch of code and its repetition.
     *
     * @param lines lines of code, without blank ones and comments
     */
    public record Block(int lines, Place first, Place copy) {}

    /** The place of a stretch of code; lines from 1, both inclusive. */
    public record Place(String path, int fromLine, int toLine) {}
}
