package io.agentorchestrator.api.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.StoreFailures;
import io.agentorchestrator.store.submission.NewTask;
import io.agentorchestrator.store.submission.Origin;
import io.agentorchestrator.store.submission.Scheduling;
import io.agentorchestrator.store.submission.Submission;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.CannotCreateTransactionException;

class AdmissionTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final FakeStore store = new FakeStore();

    @AfterEach
    void stop() {
        store.open();
        clients.close();
    }

    @Test
    void whatArrivesDuringACommitSharesTheNext() {
        try (Admission admission = admission(100, Duration.ofSeconds(9))) {
            store.close();
            CompletableFuture<Void> first = submit(admission, task("first"));
            await().atMost(LIMIT).until(() -> store.waiting == 1);
            List<CompletableFuture<Void>> others = new ArrayList<>();
            for (int n = 0; n < 50; n++) {
                others.add(submit(admission, task("other")));
            }
            await().atMost(LIMIT)
                    .until(() -> metrics.get("admission.queued").gauge().value() == 50);
            store.open();

            first.join();
            others.forEach(CompletableFuture::join);
            assertThat(store.commits).extracting(List::size).containsExactly(1, 50);
            assertThat(metrics.get("tasks.submitted").counter().count()).isEqualTo(51);
            assertThat(metrics.get("task.complexity").summary().count()).isEqualTo(51);
            assertThat(metrics.get("task.submission").timer().count()).isEqualTo(51);
        }
    }

    @Test
    void aCommitTakesNoMoreThanItsShare() {
        try (Admission admission = admission(100, Duration.ofSeconds(9))) {
            store.close();
            CompletableFuture<Void> first = submit(admission, task("first"));
            await().atMost(LIMIT).until(() -> store.waiting == 1);
            List<CompletableFuture<Void>> others = new ArrayList<>();
            for (int n = 0; n < 90; n++) {
                others.add(submit(admission, task("other")));
            }
            await().atMost(LIMIT)
                    .until(() -> metrics.get("admission.queued").gauge().value() == 90);
            store.open();

            first.join();
            others.forEach(CompletableFuture::join);
            assertThat(store.commits).extracting(List::size).containsExactly(1, 60, 30);
        }
    }

    @Test
    void aBadRowDoesNotFailItsNeighbours() {
        try (Admission admission = admission(100, Duration.ofSeconds(9))) {
            store.close();
            CompletableFuture<Void> first = submit(admission, task("first"));
            await().atMost(LIMIT).until(() -> store.waiting == 1);
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int n = 0; n < 20; n++) {
                all.add(submit(admission, task(n == 7 || n == 13 ? "bad" : "good")));
            }
            await().atMost(LIMIT)
                    .until(() -> metrics.get("admission.queued").gauge().value() == 20);
            store.open();

            first.join();
            List<ProblemCode> problems =
                    all.stream().map(AdmissionTest::problemOf).toList();
            assertThat(problems.stream().filter(ProblemCode.INVALID_VALUE::equals))
                    .hasSize(2);
            assertThat(store.commits.stream().mapToInt(List::size).sum()).isEqualTo(19);
        }
    }

    @Test
    void aFullQueueRefusesAtOnceAndSaysWhenToComeBack() {
        try (Admission admission = admission(3, Duration.ofSeconds(9))) {
            store.close();
            CompletableFuture<Void> first = submit(admission, task("first"));
            await().atMost(LIMIT).until(() -> store.waiting == 1);
            List<CompletableFuture<Void>> queued = new ArrayList<>();
            for (int n = 0; n < 3; n++) {
                queued.add(submit(admission, task("queued")));
            }
            await().atMost(LIMIT)
                    .until(() -> metrics.get("admission.queued").gauge().value() == 3);

            assertThatThrownBy(() -> admission.admit(task("too many"), System.nanoTime()))
                    .isInstanceOfSatisfying(ProblemException.class, problem -> {
                        assertThat(problem.code()).isEqualTo(ProblemCode.OVERLOADED);
                        assertThat(problem.retryAfter()).isPositive();
                    });
            store.open();
            first.join();
            queued.forEach(CompletableFuture::join);
        }
    }

    @Test
    void aSubmissionWaitsNoLongerThanItsLimit() {
        try (Admission admission = admission(100, Duration.ofMillis(200))) {
            store.close();
            CompletableFuture<Void> stuck = submit(admission, task("stuck"));
            await().atMost(LIMIT).until(() -> store.waiting == 1);
            CompletableFuture<Void> queued = submit(admission, task("queued"));

            assertThat(problemOf(stuck)).isEqualTo(ProblemCode.STORE_TIMEOUT);
            assertThat(problemOf(queued)).isEqualTo(ProblemCode.OVERLOADED);
            store.open();
            await().atMost(LIMIT).until(() -> !store.commits.isEmpty());
            assertThat(store.commits)
                    .as("what was given up is not stored later")
                    .hasSize(1);
        }
    }

    @Test
    void aStoreThatIsAwayIsAProblemThatPasses() {
        try (Admission admission = admission(100, Duration.ofSeconds(9))) {
            store.failWith = new CannotCreateTransactionException(
                    "no connection", new SQLTransientConnectionException("timeout"));
            assertThatThrownBy(() -> admission.admit(task("early"), System.nanoTime()))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            problem -> assertThat(problem.code()).isEqualTo(ProblemCode.STORE_UNAVAILABLE));
            assertThat(store.tries).isEqualTo(1);

            store.failWith = null;
            admission.admit(task("later"), System.nanoTime());
            assertThat(store.commits).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "57014, STORE_TIMEOUT, 2",
        "55P03, STORE_TIMEOUT, 1",
        "53100, STORE_UNAVAILABLE, 1",
        "42P01, INTERNAL_ERROR, 1",
        "23514, INTERNAL_ERROR, 1",
        "22P02, INVALID_VALUE, 1",
    })
    void whatFailedIsCalledByItsName(String state, ProblemCode code, int tries) {
        try (Admission admission = admission(100, Duration.ofSeconds(9))) {
            store.failWith = new DataAccessResourceFailureException("failed", new SQLException("failed", state));
            assertThatThrownBy(() -> admission.admit(task("early"), System.nanoTime()))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            problem -> assertThat(problem.code()).isEqualTo(code));
            assertThat(store.tries).isEqualTo(tries);
        }
    }

    @Test
    void aFaultOfOursIsNoFaultOfTheSubmission() {
        try (Admission admission = admission(100, Duration.ofSeconds(9))) {
            store.failWith = new IllegalStateException("a fault");
            assertThatThrownBy(() -> admission.admit(task("early"), System.nanoTime()))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            problem -> assertThat(problem.code()).isEqualTo(ProblemCode.INTERNAL_ERROR));

            store.failWith = null;
            admission.admit(task("later"), System.nanoTime());
            assertThat(store.commits).hasSize(1);
        }
    }

    @Test
    void aCommitThatWasRolledBackForOthersIsTriedOnceMore() {
        try (Admission admission = admission(100, Duration.ofSeconds(9))) {
            store.failWith = new CannotAcquireLockException("deadlock", new SQLException("deadlock", "40P01"));
            store.failTimes = 1;

            admission.admit(task("repeated"), System.nanoTime());

            assertThat(store.tries).isEqualTo(2);
            assertThat(store.commits).hasSize(1);
        }
    }

    @Test
    void aCommitWhoseConnectionBrokeIsTriedOnceMore() {
        try (Admission admission = admission(100, Duration.ofSeconds(9))) {
            store.failWith = new DataAccessResourceFailureException("broken", new SQLException("broken", "08006"));
            store.failTimes = 1;

            admission.admit(task("repeated"), System.nanoTime());

            assertThat(store.tries).isEqualTo(2);
            assertThat(store.commits).hasSize(1);
        }
    }

    @Test
    void aSubmissionWhoseKeyIsKnownIsToldSoAndNotCounted() {
        try (Admission admission = admission(100, Duration.ofSeconds(9))) {
            store.close();
            CompletableFuture<Void> first = submit(admission, task("first"));
            await().atMost(LIMIT).until(() -> store.waiting == 1);
            CompletableFuture<Boolean> known =
                    CompletableFuture.supplyAsync(() -> admission.admit(task("known"), System.nanoTime()), clients);
            CompletableFuture<Boolean> beside =
                    CompletableFuture.supplyAsync(() -> admission.admit(task("beside"), System.nanoTime()), clients);
            await().atMost(LIMIT)
                    .until(() -> metrics.get("admission.queued").gauge().value() == 2);
            store.open();

            first.join();
            assertThat(known.join()).isFalse();
            assertThat(beside.join()).isTrue();
            assertThat(metrics.get("tasks.submitted").counter().count()).isEqualTo(2);
        }
    }

    private Admission admission(int maxQueuedTasks, Duration maxWait) {
        return new Admission(
                store,
                new StoreFailures(() -> true),
                new AdmissionProperties(1, Duration.ZERO, 60, 1_000_000, maxQueuedTasks, 1_000_000, maxWait),
                metrics);
    }

    private CompletableFuture<Void> submit(Admission admission, Submission submission) {
        return CompletableFuture.runAsync(() -> admission.admit(submission, System.nanoTime()), clients);
    }

    private static ProblemCode problemOf(CompletableFuture<Void> submitted) {
        try {
            submitted.join();
            return null;
        } catch (CompletionException e) {
            return ((ProblemException) e.getCause()).code();
        }
    }

    private static Submission task(String type) {
        NewTask task = new NewTask(
                UUID.randomUUID(),
                null,
                type,
                "{}",
                false,
                Priority.NORMAL,
                1,
                Duration.ofMinutes(1),
                RetryPolicy.DEFAULT,
                "{}",
                List.of(),
                null,
                Scheduling.PLAIN);
        return new Submission(new Origin("t", "p", "r", null, null), null, List.of(task), Instant.now());
    }

    /** A store with a gate, which refuses tasks of type bad. */
    private static final class FakeStore implements SubmissionSink {
        final List<List<Submission>> commits = Collections.synchronizedList(new ArrayList<>());
        volatile int waiting;
        volatile int tries;
        volatile RuntimeException failWith;
        volatile int failTimes = Integer.MAX_VALUE;
        private volatile CountDownLatch gate = new CountDownLatch(0);

        void close() {
            gate = new CountDownLatch(1);
        }

        void open() {
            gate.countDown();
        }

        @Override
        public synchronized Set<Submission> insert(List<Submission> submissions) {
            waiting++;
            tries++;
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (failWith != null && tries <= failTimes) {
                throw failWith;
            }
            if (submissions.stream()
                    .anyMatch(s -> s.tasks().getFirst().taskType().equals("bad"))) {
                throw new DataIntegrityViolationException("bad", new SQLException("bad", "22P02"));
            }
            commits.add(List.copyOf(submissions));
            Set<Submission> known = Collections.newSetFromMap(new IdentityHashMap<>());
            submissions.stream()
                    .filter(s -> s.tasks().getFirst().taskType().equals("known"))
                    .forEach(known::add);
            return known;
        }
    }
}
