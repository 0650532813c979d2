package io.agentorchestrator.api.admission;

import io.agentorchestrator.api.admission.SubmissionQueue.Waiting;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.StoreFailure;
import io.agentorchestrator.api.problem.StoreFailures;
import io.agentorchestrator.store.submission.Submission;
import io.agentorchestrator.store.transaction.StoreOutage;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits sets of submissions. A set that fails because of one of them is halved until that one stands alone. Thread-safe. */
final class SubmissionCommitter {
    private static final Logger LOG = LoggerFactory.getLogger(SubmissionCommitter.class);

    private static final Set<StoreFailure> MAY_SUCCEED_AT_ONCE =
            EnumSet.of(StoreFailure.INTERRUPTED, StoreFailure.CONFLICT, StoreFailure.TIMED_OUT);

    private final SubmissionSink store;
    private final StoreFailures failures;
    private volatile @Nullable StoreFailure outage;

    SubmissionCommitter(SubmissionSink store, StoreFailures failures) {
        this.store = store;
        this.failures = failures;
    }

    /** Why the last commit failed, if that was an outage of the store. */
    @Nullable StoreFailure outage() {
        return outage;
    }

    /** Commits the set; every one of it is completed when this returns. */
    void commit(List<Waiting> set) {
        try {
            Set<Submission> known = insert(set, true);
            outage = null;
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
     * Inserting twice is harmless, so a commit whose connection broke is tried once more, on another connection, and so is one that
     * was rolled back for the sake of others or ran out of time. Where the first try had succeeded after all, submissions with a key are known by the second, and answered by what the first stored.
     */
    private Set<Submission> insert(List<Waiting> set, boolean mayRepeat) {
        try {
            return store.insert(set.stream().map(Waiting::submission).toList());
        } catch (RuntimeException e) {
            if (!mayRepeat || !MAY_SUCCEED_AT_ONCE.contains(failures.of(e))) {
                throw e;
            }
            LOG.info("A commit was interrupted, trying once more: {}", StoreOutage.reason(e));
            return insert(set, false);
        }
    }

    private void onFailure(List<Waiting> set, RuntimeException e) {
        StoreFailure failure = failures.of(e);
        if (failure.isOutage()) {
            if (outage != failure) {
                LOG.warn("Submissions cannot be stored, the store is {}: {}", failure, StoreOutage.reason(e));
            }
            outage = failure;
            fail(set, failure.problem());
        } else if (set.size() == 1) {
            fail(set, refused(failure, e));
        } else {
            int half = set.size() / 2;
            commit(set.subList(0, half));
            commit(set.subList(half, set.size()));
        }
    }

    private static ProblemException refused(StoreFailure failure, RuntimeException e) {
        if (failure == StoreFailure.INVALID_VALUE) {
            LOG.warn("The store cannot hold a value of a submission: {}", StoreOutage.reason(e));
        } else {
            LOG.error("A submission could not be stored through a fault of ours", e);
        }
        return failure.problem();
    }

    private static void fail(List<Waiting> set, ProblemException problem) {
        set.forEach(waiting -> waiting.committed().completeExceptionally(problem));
    }
}
