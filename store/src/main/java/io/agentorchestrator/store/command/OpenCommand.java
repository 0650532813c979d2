package io.agentorchestrator.store.command;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.run.CommandSignal;
import java.util.List;
import java.util.UUID;

/**
 * A command that its run has not taken.
 *
 * @param sequence per run the order in which commands were accepted
 * @param run that it was accepted for, or that took over from it
 * @param runStatus as stored: where the run is, paused or not
 * @param startUnderWay whether a start of the workflow that was asked for lately may yet arrive, though the run has ended
 * @param tasks what to end, by index; empty means the whole run
 * @param code what the errors of these tasks say; empty for PAUSE and RESUME
 */
public record OpenCommand(
        UUID commandId,
        long sequence,
        CommandSignal.Kind kind,
        RunKey run,
        RunKind runKind,
        RunStatus runStatus,
        boolean startUnderWay,
        List<Integer> tasks,
        String code,
        String reason) {
    public OpenCommand {
        tasks = List.copyOf(tasks);
    }
}
