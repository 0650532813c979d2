package io.agentorchestrator.workflows.run;

import java.util.List;

/**
 * The result of a write.
 *
 * @param releases tasks of the run that were released in the same transaction
 */
public record WriteResult(List<Integer> releases) {
    public WriteResult {
        releases = List.copyOf(releases);
    }
}
