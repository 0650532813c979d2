package io.agentorchestrator.workflows.run;

import java.util.List;

/**
 * What recording a settlement brought about.
 *
 * @param grants tasks of the run that were granted in the same transaction
 */
public record SettleResult(List<Integer> grants) {
    public SettleResult {
        grants = RunInput.orNone(grants);
    }
}
