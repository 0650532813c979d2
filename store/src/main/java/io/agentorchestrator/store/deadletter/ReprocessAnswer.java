package io.agentorchestrator.store.deadletter;

import io.agentorchestrator.workflows.model.RunKey;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The result of reprocessing a dead letter. */
public sealed interface ReprocessAnswer {
    /**
     * There is a new task, on disk.
     *
     * @param dagRun the DAG's run in which it is a node; absent where it stands alone
     * @param again whether it was there before: an entry is reprocessed once, and its task stays what it was made as
     */
    record Created(UUID taskId, @Nullable RunKey dagRun, boolean again) implements ReprocessAnswer {}

    /** The tenant has no such entry. */
    record NotFound() implements ReprocessAnswer {}

    /** There is nothing to be made of it any more. */
    record Deleted() implements ReprocessAnswer {}

    /** The task itself runs again, or has, with its DAG. */
    record Rerun() implements ReprocessAnswer {}

    /** Its payload refers to other tasks or inputs of its DAG, so that it cannot stand alone. */
    record NeedsItsDag() implements ReprocessAnswer {}

    /** There is no DAG to resume. */
    record NotInADag() implements ReprocessAnswer {}

    /**
     * The DAG can only be resumed once it has ended.
     *
     * @param status where it is
     */
    record DagNotEnded(String status) implements ReprocessAnswer {}
}
