package io.agentorchestrator.workflows.run;

import java.util.List;

/**
 * The result of recording a settlement.
 *
 * @param releases tasks of the run that were released in the same transaction
 */
public record SettleResult(List<Integer> releases) {
    public SettleResult {
        releases = List.copyOf(releases);
    }
}
