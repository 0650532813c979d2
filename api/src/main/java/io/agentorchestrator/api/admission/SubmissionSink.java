package io.agentorchestrator.api.admission;

import io.agentorchestrator.store.submission.Submission;
import java.util.List;

/** Where commits go: all of these in one transaction, or none, with an exception of the store. */
@FunctionalInterface
public interface SubmissionSink {
    void insert(List<Submission> submissions);
}
