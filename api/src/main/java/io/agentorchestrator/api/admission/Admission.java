package io.agentorchestrator.api.admission;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.StoreFailure;
import io.agentorchestrator.api.problem.StoreFailures;
import io.agentorchestrator.store.loop.BatchingWriter;
import io.agentorchestrator.store.loop.BatchingWriter.Bounds;
import io.agentorchestrator.store.loop.BatchingWriter.Gather;
import io.agentorchestrator.store.loop.BatchingWriter.Size;
import io.agentorchestrator.store.submission.IdempotencyEntry;
import io.agentorchestrator.store.submission.NewDag;
import io.agentorchestrator.store.submission.Submission;
import io.agentorchestrator.store.transaction.StoreOutage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Makes submissions durable. Whatever arrives while a commit is under way goes together into the next (group commit), so that
 * commits grow with the load and add no delay without it. Thread-safe.
 */
public final class Admission implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** Inserting twice is harmless; of what the first try stored all the same, submissions with a key are known by the second. */
    private static final Set<StoreFailure> MAY_SUCCEED_AT_ONCE =
            EnumSet.of(StoreFailure.INTERRUPTED, StoreFailure.CONFLICT, StoreFailure.TIMED_OUT);

    private final Duration maxWait;
    private final Commits commits;
    private final BatchingWriter<Waiting> committers;
    private final Counter submitted;
    private final DistributionSummary complexities;
    private final Timer latency;
    private final DistributionSummary pathLengths;
    private final DistributionSummary pathSeconds;

    public Admission(
            SubmissionSink store, StoreFailures failures, AdmissionProperties properties, MeterRegistry metrics) {
        this.maxWait = properties.maxWait();
        this.commits = new Commits(store, failures);
        this.committers = new BatchingWriter<>(
                "committer",
                properties.committers(),
                new Bounds<>(
                        waiting -> waiting.size,
                        new Size(properties.maxTasksPerCommit(), properties.maxCharsPerCommit()),
                        new Size(properties.maxQueuedTasks(), properties.maxQueuedChars())),
                new Gather(0, properties.pace()),
                commits);
        this.submitted = Counter.builder("tasks.submitted")
                .description("Tasks that were accepted")
                .register(metrics);
        this.complexities = DistributionSummary.builder("task.complexity")
                .description("Estimated complexity of tasks that were accepted")
                .serviceLevelObjectives(0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 50, 100, 1_000)
                .register(metrics);
        this.latency = Timer.builder("task.submission")
                .description("From the arrival of a submission to its being durable")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(metrics);
        this.pathLengths = DistributionSummary.builder("dag.critical.path.length")
                .description("Tasks on the critical path of a DAG, as expected at its submission")
                .serviceLevelObjectives(1, 2, 5, 10, 20, 50, 100, 1_000, 10_000)
                .register(metrics);
        this.pathSeconds = DistributionSummary.builder("dag.critical.path")
                .baseUnit("seconds")
                .description("Seconds that the critical path of a DAG takes, as expected at its submission")
                .serviceLevelObjectives(0.1, 1, 10, 60, 600, 3_600, 36_000, 360_000)
                .register(metrics);
        Gauge.builder("admission.queued", committers, BatchingWriter::waiting)
                .description("Submissions that wait for a commit")
                .register(metrics);
    }

    /**
     * Stores the submission; it is on disk when this returns true.
     *
     * @param receivedNanos when its request arrived, by {@link System#nanoTime()}
     * @return false if its idempotency key was there already: it is not stored
     * @throws ProblemException if it is not, with the reason
     */
    public boolean admit(Submission submission, long receivedNanos) {
        Waiting waiting = new Waiting(submission);
        if (!committers.offer(waiting)) {
            throw overloaded();
        }
        if (!await(waiting)) {
            return false;
        }
        submitted.increment(submission.tasks().size());
        submission.tasks().forEach(task -> complexities.record(task.estimatedComplexity()));
        NewDag dag = submission.dag();
        if (dag != null) {
            pathLengths.record(dag.criticalPath().size());
            pathSeconds.record(dag.criticalPathSeconds());
        }
        latency.record(System.nanoTime() - receivedNanos, TimeUnit.NANOSECONDS);
        return true;
    }

    private boolean await(Waiting waiting) {
        try {
            return waiting.committed.get(maxWait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ProblemException problem) {
                throw problem;
            }
            throw new IllegalStateException("a commit fails with a problem", e);
        } catch (TimeoutException _) {
            throw onTimeout(waiting);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            boolean _ = committers.remove(waiting);
            throw new ProblemException(ProblemCode.OVERLOADED, "the server is stopping; try another", RETRY_AFTER);
        }
    }

    private ProblemException onTimeout(Waiting waiting) {
        if (committers.remove(waiting)) {
            StoreFailure outage = commits.outage;
            return outage == null ? overloaded() : outage.problem();
        }
        return new ProblemException(
                ProblemCode.STORE_TIMEOUT,
                "PostgreSQL has not answered in time; the submission may have been stored all the same",
                StoreFailure.RETRY_AFTER);
    }

    private static ProblemException overloaded() {
        return new ProblemException(
                ProblemCode.OVERLOADED, "too many submissions wait to be stored; try again shortly", RETRY_AFTER);
    }

    /** Stops the committers; what still waits runs into its time limit. */
    @Override
    public void close() {
        committers.close();
    }

    /** One submission on its way to a commit; equal only to itself. */
    private static final class Waiting {
        private final Submission submission;
        private final Size size;
        /** Completes when it is on disk, or, with false, when its idempotency key was there already; exceptionally otherwise. */
        private final CompletableFuture<Boolean> committed = new CompletableFuture<>();

        Waiting(Submission submission) {
            this.submission = submission;
            IdempotencyEntry entry = submission.idempotency();
            this.size = new Size(
                    submission.tasks().size(),
                    submission.payloadChars()
                            + (entry == null ? 0 : entry.response().length()));
        }
    }

    /** Nobody waits for a store that is away: whoever submits is told so at once. */
    private static final class Commits implements BatchingWriter.Writer<Waiting> {
        private final SubmissionSink store;
        private final StoreFailures failures;
        /** Why the last commit failed, if that was an outage of the store. */
        private volatile @Nullable StoreFailure outage;

        Commits(SubmissionSink store, StoreFailures failures) {
            this.store = store;
            this.failures = failures;
        }

        @Override
        public void write(List<Waiting> set) {
            Set<Submission> known =
                    store.insert(set.stream().map(waiting -> waiting.submission).toList());
            outage = null;
            set.forEach(waiting -> waiting.committed.complete(!known.contains(waiting.submission)));
        }

        @Override
        public BatchingWriter.Reaction failed(List<Waiting> set, Throwable why, int tries) {
            StoreFailure failure = failures.of(why);
            if (tries == 1 && MAY_SUCCEED_AT_ONCE.contains(failure)) {
                return BatchingWriter.Reaction.REPEAT;
            }
            if (failure.isOutage()) {
                outage = failure;
                return BatchingWriter.Reaction.REFUSE;
            }
            return BatchingWriter.Reaction.HALVE;
        }

        @Override
        public void refused(Waiting waiting, Throwable why) {
            StoreFailure failure = failures.of(why);
            if (failure == StoreFailure.INVALID_VALUE) {
                LOG.warn("The store cannot hold a value of a submission: {}", StoreOutage.reason(why));
            } else if (why instanceof DataIntegrityViolationException) {
                LOG.error("A submission could not be stored through a fault of ours", why);
            }
            waiting.committed.completeExceptionally(failure.problem());
        }
    }
}
