package io.agentorchestrator.workflows.run;

import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * A command to a run; its row in the store has the same id.
 *
 * @param tasks what to cancel, by index; empty means the whole run
 */
public record RunCommand(UUID commandId, Kind kind, List<Integer> tasks, String reason) {
    public RunCommand {
        tasks = RunInput.orNone(tasks);
        reason = Objects.requireNonNullElse(reason, "");
    }

    /** What is commanded. */
    public enum Kind {
        CANCEL,
        PAUSE,
        RESUME
    }
}
