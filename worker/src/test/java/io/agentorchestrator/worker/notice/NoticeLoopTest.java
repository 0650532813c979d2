package io.agentorchestrator.worker.notice;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.worker.run.DeliveryResult;
import io.agentorchestrator.worker.run.TemporalRuns;
import io.agentorchestrator.worker.run.WorkflowDescription;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.run.RunInput;
import io.agentorchestrator.workflows.run.RunNotice;
import io.temporal.client.WorkflowOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NoticeLoopTest {
    private static final Duration GATHER = Duration.ofMillis(100);
    private static final Duration RARELY = Duration.ofMinutes(5);
    private static final RunKey RUN = new RunKey(new UUID(1, 1), 1);

    private final FakeNotices notices = new FakeNotices();
    private final FakeRuns temporal = new FakeRuns();
    private final List<RunKey> suspects = new CopyOnWriteArrayList<>();
    private final WakeSignal wake = new WakeSignal();
    private final NoticeLoop loop = loop(RARELY);
    private final NoticeLoop other = loop(Duration.ofMillis(10));

    @AfterEach
    void stop() {
        loop.stop();
        other.stop();
    }

    @Test
    void tellsARunAllAtOnceAndInOrder() {
        IntStream.range(0, 3).forEach(task -> notices.completed(RUN, task));

        loop.start();

        Awaitility.await().until(notices::isEmpty);
        assertThat(temporal.signals).singleElement().satisfies(signal -> {
            assertThat(signal.workflowId()).isEqualTo(RUN.workflowId(RunKind.DAG));
            assertThat(signal.name()).isEqualTo("notice");
            assertThat(signal.tasks()).containsExactly(0, 1, 2);
        });
    }

    @Test
    void gathersBetweenTwoSignalsHoweverOftenItIsWoken() {
        int signals = 5;
        temporal.then = () -> {
            if (temporal.signals.size() < signals) {
                notices.completed(RUN, temporal.signals.size());
                wake.now();
            }
        };
        notices.completed(RUN, 0);
        long begunNanos = System.nanoTime();

        loop.start();

        Awaitility.await().until(() -> temporal.signals.size() == signals);
        assertThat(Duration.ofNanos(System.nanoTime() - begunNanos))
                .isGreaterThanOrEqualTo(GATHER.multipliedBy(signals));
    }

    @Test
    void manyRunsAreToldBesideEachOther() {
        List<RunKey> runs = new ArrayList<>();
        for (int run = 0; run < 500; run++) {
            runs.add(new RunKey(new UUID(2, run), 1));
            notices.completed(runs.getLast(), 0);
        }

        loop.start();

        Awaitility.await().until(notices::isEmpty);
        assertThat(temporal.signals)
                .extracting(Signal::workflowId)
                .containsExactlyInAnyOrderElementsOf(
                        runs.stream().map(run -> run.workflowId(RunKind.DAG)).toList());
    }

    @Test
    void keepsWhatTemporalDoesNotTakeUntilItDoes() {
        temporal.reply = new DeliveryResult.Away("away");
        notices.completed(RUN, 0);
        other.start();
        Awaitility.await().until(() -> temporal.signals.size() >= 2);
        temporal.reply = new DeliveryResult.Refused("too many");
        int before = temporal.signals.size();
        Awaitility.await().until(() -> temporal.signals.size() >= before + 2);
        assertThat(notices.isEmpty()).isFalse();

        temporal.reply = new DeliveryResult.Done();

        Awaitility.await().until(notices::isEmpty);
        assertThat(suspects).isEmpty();
    }

    @Test
    void oneRunThatMissesTemporalIsEnough() {
        temporal.reply = new DeliveryResult.Away("away");
        for (int run = 0; run < 100; run++) {
            notices.completed(new RunKey(new UUID(2, run), 1), 0);
        }

        loop.start();

        Awaitility.await().until(() -> !temporal.signals.isEmpty());
        Awaitility.await().during(Duration.ofMillis(300)).until(() -> temporal.signals.size() <= 32);
    }

    @Test
    void suspectsARunThatTemporalDoesNotHaveAndDropsItsNotices() {
        temporal.reply = new DeliveryResult.NotFound();
        notices.completed(RUN, 0);

        loop.start();

        Awaitility.await().until(notices::isEmpty);
        assertThat(suspects).containsExactly(RUN);
    }

    @Test
    void aRunThatHasEndedIsNotMissed() {
        temporal.reply = new DeliveryResult.NotFound();
        notices.completed(RUN, 0);
        notices.end();

        loop.start();

        Awaitility.await().until(notices::isEmpty);
        assertThat(suspects).isEmpty();
    }

    @Test
    void twoWorkersTellEverything() {
        loop.start();
        other.start();
        IntStream.range(0, 50).forEach(task -> notices.completed(RUN, task));
        wake.now();

        Awaitility.await().until(notices::isEmpty);
        assertThat(temporal.signals.stream().flatMap(signal -> signal.tasks().stream()))
                .contains(IntStream.range(0, 50).boxed().toArray(Integer[]::new));
    }

    private NoticeLoop loop(Duration poll) {
        return new NoticeLoop(notices, temporal, suspects::add, wake, poll, GATHER);
    }

    private record Signal(String workflowId, String name, RunNotice notice) {
        List<Integer> tasks() {
            return notice.ended().stream().map(AttemptEnd::task).toList();
        }
    }

    /** Answers as the test wants, and notes what it was told. */
    private static final class FakeRuns implements TemporalRuns {
        private final List<Signal> signals = new CopyOnWriteArrayList<>();
        private volatile DeliveryResult reply = new DeliveryResult.Done();
        private volatile Runnable then = () -> {};

        @Override
        public DeliveryResult signal(String workflowId, String signal, Object argument) {
            signals.add(new Signal(workflowId, signal, (RunNotice) argument));
            then.run();
            return reply;
        }

        @Override
        public DeliveryResult start(
                String workflowType, WorkflowOptions options, RunInput input, byte[] plan, byte @Nullable [] snapshot) {
            throw new UnsupportedOperationException();
        }

        @Override
        public WorkflowDescription describe(String workflowId) {
            throw new UnsupportedOperationException();
        }
    }
}
