package io.agentorchestrator.sdk;

import static io.agentorchestrator.sdk.FakeWorker.ref;
import static io.agentorchestrator.sdk.FakeWorker.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.FromAgent.MessageCase;
import io.agentorchestrator.protocol.v1.RefusalReason;
import io.agentorchestrator.protocol.v1.TaskRef;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How an agent divides its slots among the streams of several workers. */
@Timeout(60)
class StartLimitTest {
    private static final int SLOTS = 4;

    private final List<FakeWorker> workers = new ArrayList<>();
    private TestAgent agent = new TestAgent(SLOTS);

    @AfterEach
    void stop() {
        workers.forEach(FakeWorker::close);
        agent.close();
    }

    @Test
    void offersAllSlotsToALoneStreamUnasked() {
        FakeWorker worker = worker();

        awaitLimit(worker, SLOTS);
        worker.demand(100);
        fill(worker, SLOTS);
        worker.renew();
        await().until(() -> worker.loads() >= 2);
        assertThat(worker.startLimit()).isEqualTo(SLOTS);
    }

    @Test
    void offersWhatNobodyAsksForInEqualParts() {
        FakeWorker first = worker();
        FakeWorker second = worker();

        awaitLimit(first, 2);
        awaitLimit(second, 2);
    }

    @Test
    void givesTheSlotsOfAnIdleStreamToOneWhoseTasksWait() {
        FakeWorker first = worker();
        FakeWorker second = worker();

        first.demand(10);
        awaitLimit(first, SLOTS);
        awaitLimit(second, 0);

        second.demand(10);
        awaitLimit(first, 2);
        awaitLimit(second, 2);

        first.demand(0);
        awaitLimit(second, SLOTS);
        awaitLimit(first, 0);
    }

    @Test
    void keepsNoSlotsForAStreamWhoseWorkerStandsStillAndGivesThemBackWhenItGoesOn() {
        FakeWorker first = worker();
        FakeWorker second = worker();
        first.demand(10);
        second.demand(10);
        awaitLimit(first, 2);
        awaitLimit(second, 2);

        second.demandNoMore();
        awaitLimit(first, SLOTS);

        second.demand(10);
        awaitLimit(second, 2);
        awaitLimit(first, 2);
    }

    @Test
    void passesFreedSlotsToTheStreamThatHasTooFew() {
        FakeWorker first = worker();
        List<TaskRef> refs = fill(first, SLOTS);
        first.demand(10);
        FakeWorker second = worker();
        second.demand(10);
        awaitLimit(first, 2);
        awaitLimit(second, 0);

        end(first, refs.get(0));
        awaitLimit(second, 1);
        end(first, refs.get(1));
        awaitLimit(second, 2);
        end(first, refs.get(2));

        fill(second, 2);
        assertThat(second.startLimit()).isEqualTo(2);
        assertThat(first.startLimit()).isEqualTo(2);
    }

    @Test
    void tellsTheLimitBeforeTheOutcomeThatFreesTheSlot() {
        agent.close();
        agent = new TestAgent(1);
        FakeWorker first = worker();
        FakeWorker second = worker();
        first.demand(10);
        second.demand(10);
        TaskRef ref = fill(first, 1).getFirst();
        first.demand(9);
        first.raw().clear();

        first.cancel(ref, "enough");

        List<FromAgent> heard = new ArrayList<>();
        await().until(() -> {
            first.raw().drainTo(heard);
            return heard.stream().anyMatch(FromAgent::hasError);
        });
        FromAgent beforeOutcome = heard.get(heard.indexOf(
                        heard.stream().filter(FromAgent::hasError).findFirst().orElseThrow())
                - 1);
        assertThat(beforeOutcome.getLoad().getStartLimit()).isZero();
        awaitLimit(second, 1);
    }

    @Test
    void fewerSlotsThanStreamsGoRound() {
        agent.close();
        agent = new TestAgent(1);
        FakeWorker first = worker();
        FakeWorker second = worker();
        first.demand(10);
        second.demand(10);

        for (int round = 1; round <= 5; round++) {
            awaitLimit(first, 1);
            end(first, fill(first, 1).getFirst());
            first.demand(10);
            awaitLimit(second, 1);
            end(second, fill(second, 1).getFirst());
            second.demand(10);
        }
    }

    @Test
    void aTaskCountsForTheStreamThatAttachedToIt() {
        FakeWorker first = worker();
        List<TaskRef> refs = fill(first, 3);
        first.demand(10);
        awaitLimit(first, SLOTS);
        FakeWorker second = worker();

        second.attach(refs.toArray(TaskRef[]::new));
        for (int task = 1; task <= 3; task++) {
            second.await(MessageCase.ACCEPTED);
        }

        awaitLimit(second, 2);
        awaitLimit(first, 1);
    }

    @Test
    void tasksOfAClosedStreamHoldTheirSlots() {
        FakeWorker first = worker();
        FakeWorker second = worker();
        List<TaskRef> refs = fill(first, 1);
        awaitLimit(second, 1);

        first.breakStream();
        awaitLimit(second, SLOTS - 1);

        second.attach(refs.getFirst());
        awaitLimit(second, SLOTS);
    }

    @Test
    void aStartAboveTheLimitIsTakenWhenASlotIsFree() {
        FakeWorker first = worker();
        FakeWorker second = worker();
        second.demand(SLOTS);
        awaitLimit(first, 0);

        fill(first, SLOTS);

        second.start(task(ref(1), "wait"));
        assertThat(second.await(MessageCase.REFUSED).getRefused().getReason())
                .isEqualTo(RefusalReason.REFUSAL_REASON_FULL);
    }

    @Test
    void isNotToldForEveryTaskOfALoneStream() {
        FakeWorker worker = worker();
        worker.demand(1_000);
        long began = System.nanoTime();
        for (int task = 1; task <= 500; task++) {
            worker.start(task(ref(1), "echo"));
            worker.await(MessageCase.ACCEPTED);
            worker.await(MessageCase.RESULT);
        }
        long ticks = (System.nanoTime() - began) / SdkLimits.SWEEP_EVERY.toNanos();

        assertThat(worker.loads()).isLessThanOrEqualTo((int) ticks + 3);
    }

    private FakeWorker worker() {
        FakeWorker worker = agent.worker();
        workers.add(worker);
        return worker;
    }

    private static List<TaskRef> fill(FakeWorker worker, int tasks) {
        List<TaskRef> refs = new ArrayList<>();
        for (int task = 1; task <= tasks; task++) {
            TaskRef ref = ref(1);
            worker.start(task(ref, "wait"));
            worker.await(MessageCase.ACCEPTED);
            refs.add(ref);
        }
        return refs;
    }

    private static void end(FakeWorker worker, TaskRef ref) {
        worker.cancel(ref, "enough");
        worker.await(MessageCase.ERROR);
    }

    private static void awaitLimit(FakeWorker worker, int limit) {
        await().untilAsserted(() -> assertThat(worker.startLimit()).isEqualTo(limit));
    }
}
