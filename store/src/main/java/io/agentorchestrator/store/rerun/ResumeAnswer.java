package io.agentorchestrator.store.rerun;

import io.agentorchestrator.workflows.model.RunKey;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The answer to a request that an ended DAG go on with a new task in the place of a failed one. */
public sealed interface ResumeAnswer {
    /**
     * The DAG has a further run once the transaction commits.
     *
     * @param commandId a command's row, which is acknowledged
     * @param run the further run
     * @param keys of the tasks that run again, the new one among them, in the order of the DAG
     * @param outsideParents to be given to {@code CrossRunDependents.resolve} after the commit
     */
    record Resumed(UUID commandId, RunKey run, List<String> keys, Set<UUID> outsideParents) implements ResumeAnswer {
        public Resumed {
            keys = List.copyOf(keys);
            outsideParents = Set.copyOf(outsideParents);
        }
    }

    /**
     * The DAG has to end first. Nothing was written; the caller rolls back what it has written itself.
     *
     * @param status as {@link RetryAnswer.NotEnded} says
     */
    record NotEnded(String status) implements ResumeAnswer {}
}
