package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.planner.EndCodes;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A command to a run; its row in the store has the same id.
 *
 * @param tasks what to cancel, by index, empty meaning the whole run; or whose deadlines have passed, empty meaning none
 * @param code what the errors of cancelled tasks say; {@link EndCodes#CANCELLED} where it is absent
 * @param sequence which of two commands came later: the run drops a PAUSE or RESUME that a later one has overtaken. 0 has no order
 */
public record CommandSignal(
        UUID commandId,
        Kind kind,
        List<Integer> tasks,
        @Nullable String code,
        String reason,
        long sequence) {
    public CommandSignal {
        tasks = RunInput.orNone(tasks);
        code = Objects.requireNonNullElse(code, EndCodes.CANCELLED);
        reason = Objects.requireNonNullElse(reason, "");
    }

    @Override
    public String code() {
        return Objects.requireNonNullElse(code, EndCodes.CANCELLED);
    }

    /** The kind of a command. */
    public enum Kind {
        CANCEL,
        /** Deadlines have passed. */
        EXPIRE,
        PAUSE,
        RESUME
    }
}
