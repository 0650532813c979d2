package io.agentorchestrator.store.rerun;

import io.agentorchestrator.workflows.model.RunKey;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The answer to a request to run an ended DAG again. */
public sealed interface RetryAnswer {
    /**
     * The DAG has a further run, on disk; release starts it.
     *
     * @param commandId the command's row, which is acknowledged
     * @param run the further run
     * @param keys of the tasks that run again, in the order of the DAG
     */
    record Started(UUID commandId, RunKey run, List<String> keys) implements RetryAnswer {
        public Started {
            keys = List.copyOf(keys);
        }
    }

    /** The tenant has no such DAG. */
    record NotFound() implements RetryAnswer {}

    /**
     * The DAG has to end first, or another has just had it run again.
     *
     * @param status as clients see it; PENDING as well where the run has ended while the start of its workflow may be under way
     */
    record NotEnded(String status) implements RetryAnswer {}

    /** Everything has completed, and nothing was named. */
    record NothingToRerun() implements RetryAnswer {}

    /**
     * The DAG's budget would be less than what its runs have spent of it; nothing is changed.
     *
     * @param microUsd millionths of a US dollar that are spent, where the new budget is less; null: it is not
     * @param tokens so of tokens
     */
    record BelowSpent(@Nullable Long microUsd, @Nullable Long tokens) implements RetryAnswer {}

    /** The DAG has no tasks of these keys. */
    record UnknownKeys(List<String> keys) implements RetryAnswer {
        public UnknownKeys {
            keys = List.copyOf(keys);
        }
    }
}
