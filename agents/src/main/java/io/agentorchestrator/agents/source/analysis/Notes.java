package io.agentorchestrator.agents.source.analysis;

import java.util.List;
import java.util.Map;

/**
 * To-do notes in comments.
 *
 * @param byKind number of notes by marker
 * @param notes the first of them by path, at most {@link NotesTask#MAX_LISTED}
 */
public record Notes(int total, Map<String, Integer> byKind, List<Note> notes, int unreadable) {
    public Notes {
        notes = List.copyOf(notes);
    }

    /** One note. */
    public record Note(String path, int line, String kind, String text) {}
}
