package io.agentorchestrator.api.admission;

import io.agentorchestrator.store.submission.Submission;
import java.util.List;
import java.util.Set;

/** Where commits go: all of these in one transaction, or none, with an exception of the store. */
@FunctionalInterface
public interface SubmissionSink {
    /**
     * Stores the submissions.
     *
     * @return those that were not stored because their idempotency key was there already
     */
    Set<Submission> insert(List<Submission> submissions);
}
