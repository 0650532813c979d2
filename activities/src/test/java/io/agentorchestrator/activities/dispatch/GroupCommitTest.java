package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.store.run.AttemptOutcome;
import io.agentorchestrator.store.run.Recorded;
import io.agentorchestrator.store.run.RunOutcomes;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.QueryTimeoutException;

@Timeout(30)
class GroupCommitTest {
    private static final int REFUSED = 13;

    private final List<Integer> transactions = new CopyOnWriteArrayList<>();

    @Test
    void aLoneOutcomeIsRecordedByItself() {
        GroupCommit<RunOutcomes, Recorded> recording = recording(this::accept);

        assertThat(recording.write(set(1)).accepted()).containsExactly(1);
        assertThat(transactions).containsExactly(1);
    }

    @Test
    void whatComesWhileATransactionIsUnderWayGoesTogetherIntoTheNext() throws Exception {
        CountDownLatch firstIsUnderWay = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        GroupCommit<RunOutcomes, Recorded> recording = recording((sets, committed) -> {
            firstIsUnderWay.countDown();
            awaitQuietly(goOn);
            accept(sets, committed);
        });
        try (ExecutorService batches = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Recorded>> answers = new ArrayList<>();
            answers.add(batches.submit(() -> recording.write(set(0))));
            assertThat(firstIsUnderWay.await(10, TimeUnit.SECONDS)).isTrue();
            CountDownLatch asked = new CountDownLatch(20);
            for (int batch = 1; batch <= 20; batch++) {
                int index = batch;
                answers.add(batches.submit(() -> {
                    asked.countDown();
                    return recording.write(set(index));
                }));
            }
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            goOn.countDown();

            for (int batch = 0; batch <= 20; batch++) {
                assertThat(answers.get(batch).get().accepted()).containsExactly(batch);
            }
        }
        assertThat(transactions.size()).isLessThan(21);
        assertThat(transactions.stream().mapToInt(Integer::intValue).sum()).isEqualTo(21);
    }

    @Test
    void aBatchGoesOnWhileTasksOfOtherRunsAreLookedAfter() {
        CountDownLatch passedOn = new CountDownLatch(1);
        GroupCommit<RunOutcomes, Recorded> recording = recording((sets, committed) -> {
            accept(sets, committed);
            awaitQuietly(passedOn);
        });

        assertThat(recording.write(set(1)).accepted()).containsExactly(1);
        passedOn.countDown();
        assertThat(recording.write(set(2)).accepted()).containsExactly(2);
    }

    @Test
    void aRefusedSetDoesNotHoldUpItsNeighbours() throws Exception {
        GroupCommit<RunOutcomes, Recorded> recording = recording((sets, committed) -> {
            if (sets.stream().anyMatch(set -> set.outcomes().getFirst().index() == REFUSED)) {
                throw new DataIntegrityViolationException("no");
            }
            accept(sets, committed);
        });
        try (ExecutorService batches = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Recorded> refused = batches.submit(() -> recording.write(set(REFUSED)));
            Future<Recorded> good = batches.submit(() -> recording.write(set(1)));

            assertThat(good.get().accepted()).containsExactly(1);
            assertThatThrownBy(refused::get).hasCauseInstanceOf(DataIntegrityViolationException.class);
        }
    }

    @Test
    void aStoreThatIsAwayIsTheCallersToKnowAndTheNextTryGoesThrough() {
        List<RuntimeException> troubles = new ArrayList<>(List.of(new QueryTimeoutException("away")));
        GroupCommit<RunOutcomes, Recorded> recording = recording((sets, committed) -> {
            if (!troubles.isEmpty()) {
                throw troubles.removeFirst();
            }
            accept(sets, committed);
        });

        assertThatThrownBy(() -> recording.write(set(1))).isInstanceOf(QueryTimeoutException.class);
        assertThat(recording.write(set(1)).accepted()).containsExactly(1);
    }

    @Test
    void theLongerATransactionTakesTheLongerItGathers() {
        GroupCommit.Pace pace = GroupCommit.Pace.OF_OUTCOMES;

        assertThat(millis(pace.nanosAfter(1, nanos(2)))).as("a lone one").isEqualTo(5);
        assertThat(millis(pace.nanosAfter(1, nanos(200)))).isEqualTo(5);
        assertThat(millis(pace.nanosAfter(3, nanos(2)))).isEqualTo(15);
        assertThat(millis(pace.nanosAfter(300, nanos(2)))).isEqualTo(30);
        assertThat(millis(pace.nanosAfter(300, nanos(15)))).isEqualTo(45);
        assertThat(millis(pace.nanosAfter(300, nanos(200)))).as("never longer").isEqualTo(60);
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private static GroupCommit<RunOutcomes, Recorded> recording(
            BiConsumer<List<RunOutcomes>, Consumer<List<Recorded>>> store) {
        return new GroupCommit<>(
                "recording", GroupCommit.Pace.OF_OUTCOMES, set -> set.outcomes().size(), store);
    }

    private void accept(List<RunOutcomes> sets, Consumer<List<Recorded>> committed) {
        transactions.add(sets.size());
        committed.accept(sets.stream()
                .map(set -> new Recorded(
                        set.outcomes().stream().map(AttemptOutcome::index).collect(Collectors.toSet()),
                        List.of(),
                        List.of(),
                        false))
                .toList());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static RunOutcomes set(int index) {
        AttemptOutcome outcome = new AttemptOutcome(
                new UUID(1, index),
                index,
                1,
                1,
                "a",
                AttemptEnd.Outcome.COMPLETED,
                "{}",
                null,
                null,
                false,
                AttemptOutcome.Usage.NONE);
        return new RunOutcomes(new RunKey(new UUID(2, index), 1), RunKind.GROUP, List.of(outcome));
    }
}
