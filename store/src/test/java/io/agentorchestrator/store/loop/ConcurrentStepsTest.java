package io.agentorchestrator.store.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ConcurrentStepsTest {
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final StepGuard guard = new StepGuard(LoggerFactory.getLogger(ConcurrentStepsTest.class), "test");

    @Test
    void doesNoMoreAtATimeThanAllowedAndAllInTheEnd() {
        ConcurrentSteps steps = new ConcurrentSteps(guard, 2);
        for (int i = 0; i < 5; i++) {
            steps.enqueue(this::step);
        }
        Awaitility.await().until(() -> begun.get() == 2);

        gate.countDown();
        steps.close();

        assertThat(ended).hasValue(5);
    }

    @Test
    void beginsOneMoreOnlyOnceThereAreNotTooMany() {
        ConcurrentSteps steps = new ConcurrentSteps(guard, 2);
        steps.begin(this::step);
        steps.begin(this::step);
        Thread third = Thread.ofVirtual().start(() -> steps.begin(this::step));
        Awaitility.await().until(() -> third.getState() == Thread.State.WAITING);
        assertThat(begun.get()).isLessThanOrEqualTo(2);

        gate.countDown();

        Awaitility.await().until(() -> ended.get() == 3);
    }

    @Test
    void whatOneThrowsHoldsUpNoOther() {
        gate.countDown();
        try (ConcurrentSteps steps = new ConcurrentSteps(guard, 1)) {
            steps.begin(() -> {
                throw new StackOverflowError();
            });
            steps.begin(this::step);
        }

        assertThat(ended).hasValue(1);
    }

    private void step() {
        begun.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        ended.incrementAndGet();
    }
}
