package io.agentorchestrator.cli.dagfile;

import java.util.Collection;
import java.util.Comparator;

/**
 * A part of a text, in UTF-16 units, and what takes its place.
 *
 * @param start its first unit
 * @param end behind its last unit; where it is the start, something is put in
 */
record Edit(int start, int end, String written) {
    /** The text with all the edits, of which no two overlap; of several at one place the first stands first. */
    static String apply(String text, Collection<Edit> edits) {
        StringBuilder changed = new StringBuilder();
        int done = 0;
        for (Edit edit :
                edits.stream().sorted(Comparator.comparingInt(Edit::start)).toList()) {
            changed.append(text, done, edit.start).append(edit.written);
            done = edit.end;
        }
        return changed.append(text, done, text.length()).toString();
    }

    /** Tells whether the text from one unit to another is replaced as a whole. */
    boolean replaces(int from, int to) {
        return start <= from && to <= end;
    }

    /** Tells whether the text from one unit to another is changed, in part or as a whole. */
    boolean changes(int from, int to) {
        return from < Math.max(end, start + 1) && start < to;
    }
}
