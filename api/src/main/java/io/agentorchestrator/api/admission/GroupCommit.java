package io.agentorchestrator.api.admission;

import io.agentorchestrator.api.admission.SubmissionQueue.Waiting;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.StoreFailure;
import io.agentorchestrator.store.submission.Submission;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits sets of submissions. A set that fails because of one of them is halved until that one stands alone. Thread-safe. */
final class GroupCommit {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private final SubmissionSink store;
    private volatile boolean storeIsAway;

    GroupCommit(SubmissionSink store) {
        this.store = store;
    }

    /** Whether the last commit failed because the store was away. */
    boolean storeIsAway() {
        return storeIsAway;
    }

    /** Commits the set; every one of it is completed when this returns. */
    void commit(List<Waiting> set) {
        try {
            Set<Submission> known = insert(set, true);
            storeIsAway = false;
            set.forEach(waiting -> waiting.committed().complete(!known.contains(waiting.submission())));
        } catch (RuntimeException e) {
            onFailure(set, e);
        } catch (Error e) {
            // The committer goes on: without it nothing would ever be stored again.
            LOG.error("A commit failed badly", e);
            fail(set, new ProblemException(ProblemCode.INTERNAL_ERROR, "the submission could not be stored"));
        }
    }

    /**
     * Inserting twice is harmless, so a commit whose connection broke is tried once more, on another connection. Where the first
     * try had succeeded after all, submissions with a key are known by the second, and answered by what the first stored.
     */
    private Set<Submission> insert(List<Waiting> set, boolean mayRepeat) {
        try {
            return store.insert(set.stream().map(Waiting::submission).toList());
        } catch (RuntimeException e) {
            if (!mayRepeat || StoreFailure.of(e) != StoreFailure.INTERRUPTED) {
                throw e;
            }
            LOG.info("A commit was interrupted, trying once more: {}", StoreFailure.reason(e));
            return insert(set, false);
        }
    }

    private void onFailure(List<Waiting> set, RuntimeException e) {
        if (StoreFailure.of(e) != StoreFailure.REFUSED) {
            if (!storeIsAway) {
                LOG.warn("The store is away: {}", StoreFailure.reason(e));
            }
            storeIsAway = true;
            fail(set, StoreFailure.unavailable());
        } else if (set.size() == 1) {
            LOG.warn("The store refused a submission", e);
            fail(
                    set,
                    new ProblemException(
                            ProblemCode.INVALID_VALUE, "the store cannot hold a value of this submission"));
        } else {
            int half = set.size() / 2;
            commit(set.subList(0, half));
            commit(set.subList(half, set.size()));
        }
    }

    private static void fail(List<Waiting> set, ProblemException problem) {
        set.forEach(waiting -> waiting.committed().completeExceptionally(problem));
    }
}
