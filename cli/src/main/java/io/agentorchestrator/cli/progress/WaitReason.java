package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.client.Answers;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why a task does not run, as the API says it.
 *
 * @param reason such as {@code NO_AGENT}
 * @param position its place in the queue of its type, from 1; 0 where it has none that is known
 * @param detail the same in words; may be empty
 */
public record WaitReason(String reason, int position, String detail) {
    /** What passes by itself within seconds, or is told by a status. */
    private static final Set<String> ORDINARY =
            Set.of("DEPENDENCIES", "PAUSED", "PENDING_START", "QUEUED", "DISPATCHED");

    /** Reads the {@code waiting} of a task; null where there is none. */
    static @Nullable WaitReason of(Answers.@Nullable Waiting waiting) {
        return waiting == null
                ? null
                : new WaitReason(
                        waiting.reason(),
                        Objects.requireNonNullElse(waiting.position(), 0),
                        Objects.requireNonNullElse(waiting.detail(), ""));
    }

    /** Whether somebody may want to do something about it. */
    boolean isExtraordinary() {
        return !ORDINARY.contains(reason);
    }

    /** Such as {@code AGENTS_FULL (place 3): 10 of 10 slots are busy}. */
    String words() {
        return reason
                + (position > 0 ? String.format(Locale.ROOT, " (place %,d)", position) : "")
                + (detail.isEmpty() ? "" : ": " + detail);
    }
}
