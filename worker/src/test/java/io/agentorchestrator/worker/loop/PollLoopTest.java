package io.agentorchestrator.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

class PollLoopTest {
    private static final Duration RARELY = Duration.ofMinutes(5);

    private final AtomicInteger steps = new AtomicInteger();
    private final WakeSignal wake = new WakeSignal();
    private PollLoop loop = new PollLoop("test", RARELY, wake, steps::incrementAndGet);

    @AfterEach
    void stop() {
        loop.stop();
    }

    @Test
    void doesAStepAtOnceAndOneMoreWhenWoken() {
        loop.start();
        Awaitility.await().until(() -> steps.get() == 1);

        wake.now();

        Awaitility.await().until(() -> steps.get() == 2);
    }

    @Test
    void doesAStepOnceInAWhileWithoutBeingWoken() {
        loop = new PollLoop("test", Duration.ofMillis(10), wake, steps::incrementAndGet);

        loop.start();

        Awaitility.await().until(() -> steps.get() >= 3);
    }

    @Test
    void goesOnAfterWhateverAStepThrows() {
        loop = new PollLoop("test", Duration.ofMillis(10), wake, () -> {
            switch (steps.incrementAndGet()) {
                case 1 -> throw new DataAccessResourceFailureException("away");
                case 2 -> throw new IllegalStateException("unexpected");
                case 3 -> throw new StackOverflowError();
                default -> {}
            }
        });

        loop.start();

        Awaitility.await().until(() -> steps.get() >= 4);
    }

    @Test
    void endsWhenStopped() {
        Thread[] thread = new Thread[1];
        loop = new PollLoop("test", RARELY, wake, () -> {
            thread[0] = Thread.currentThread();
            steps.incrementAndGet();
        });
        loop.start();
        Awaitility.await().until(() -> steps.get() == 1);

        loop.stop();

        Awaitility.await().until(() -> !thread[0].isAlive());
        assertThat(steps).hasValue(1);
    }
}
