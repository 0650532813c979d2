package io.agentorchestrator.api.admission;

import io.agentorchestrator.api.admission.SubmissionQueue.Waiting;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.StoreFailure;
import io.agentorchestrator.api.problem.StoreFailures;
import io.agentorchestrator.store.submission.Submission;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes submissions durable. Whatever arrives while a commit is under way goes together into the next (group commit), so that
 * commits grow with the load and add no delay without it. Thread-safe.
 */
public final class Admission implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final AdmissionProperties properties;
    private final SubmissionQueue queue;
    private final SubmissionCommitter commits;
    private final List<Thread> committers = new ArrayList<>();
    private final Counter submitted;
    private final Timer latency;

    public Admission(
            SubmissionSink store, StoreFailures failures, AdmissionProperties properties, MeterRegistry metrics) {
        this.properties = properties;
        this.queue = new SubmissionQueue(properties);
        this.commits = new SubmissionCommitter(store, failures);
        this.submitted = Counter.builder("tasks.submitted")
                .description("Tasks that were accepted")
                .register(metrics);
        this.latency = Timer.builder("task.submission")
                .description("From the arrival of a submission to its being durable")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(metrics);
        Gauge.builder("admission.queued", queue, SubmissionQueue::size)
                .description("Submissions that wait for a commit")
                .register(metrics);
        for (int number = 0; number < properties.committers(); number++) {
            // Not virtual: in line behind thousands of requests' threads a committer would let all of them run out of
            // time.
            committers.add(
                    Thread.ofPlatform().daemon().name("committer-" + number).start(this::commitForEver));
        }
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
        if (!queue.offer(waiting)) {
            throw overloaded();
        }
        if (!await(waiting)) {
            return false;
        }
        submitted.increment(submission.tasks().size());
        latency.record(System.nanoTime() - receivedNanos, TimeUnit.NANOSECONDS);
        return true;
    }

    private boolean await(Waiting waiting) {
        try {
            return waiting.committed().get(properties.maxWait().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ProblemException problem) {
                throw problem;
            }
            throw new IllegalStateException("a commit fails with a problem", e);
        } catch (TimeoutException _) {
            throw onTimeout(waiting);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            queue.remove(waiting);
            throw new ProblemException(ProblemCode.OVERLOADED, "the server is stopping; try another", RETRY_AFTER);
        }
    }

    private ProblemException onTimeout(Waiting waiting) {
        if (queue.remove(waiting)) {
            StoreFailure outage = commits.outage();
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

    /** Without a committer nothing would ever be stored again: whatever goes wrong with one round, there is a next. */
    private void commitForEver() {
        long begunNanos = System.nanoTime() - properties.pace().toNanos();
        while (!Thread.currentThread().isInterrupted()) {
            try {
                begunNanos = commitNext(begunNanos);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | Error e) {
                LOG.error("A round of commits failed through a fault of ours", e);
            }
        }
    }

    /** Commits what waits, not before its time; returns when it began. */
    private long commitNext(long previousNanos) throws InterruptedException {
        queue.awaitAny();
        long restNanos = properties.pace().toNanos() - (System.nanoTime() - previousNanos);
        if (restNanos > 0) {
            TimeUnit.NANOSECONDS.sleep(restNanos);
        }
        long begunNanos = System.nanoTime();
        commits.commit(queue.take());
        return begunNanos;
    }

    /** Stops the committers; what still waits runs into its time limit. */
    @Override
    public void close() {
        committers.forEach(Thread::interrupt);
    }
}
