package io.agentorchestrator.api.deadletter;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.store.deadletter.EntryId;
import java.util.UUID;

/** Entry ids as they stand in paths and cursors. */
final class EntryIds {
    private EntryIds() {}

    /**
     * The id that a path names.
     *
     * @throws ProblemException if it is none, and so names no dead letter
     */
    static EntryId parse(String text) {
        try {
            return EntryId.parse(text);
        } catch (IllegalArgumentException _) {
            throw notFound(text);
        }
    }

    static ProblemException notFound(String text) {
        return new ProblemException(
                ProblemCode.DEAD_LETTER_NOT_FOUND,
                "there is no dead letter '%s'; an entry id is one of the list's, such as 1700000000000-0"
                        .formatted(Shown.text(text)));
    }

    /** Cursors hold the 128 bits of a last element; an entry id has as many. */
    static UUID toCursor(EntryId id) {
        return new UUID(id.millis(), id.sequence());
    }

    static EntryId ofCursor(UUID last) {
        return new EntryId(last.getMostSignificantBits(), last.getLeastSignificantBits());
    }
}
