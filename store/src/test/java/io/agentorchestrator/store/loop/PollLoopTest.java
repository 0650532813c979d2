package io.agentorchestrator.store.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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
    void aStepMayEndItsLoop() {
        AtomicReference<Thread> thread = new AtomicReference<>();
        loop = new PollLoop("test", Duration.ofMillis(10), wake, () -> {
            thread.set(Thread.currentThread());
            if (steps.incrementAndGet() == 1) {
                throw new StackOverflowError();
            }
            loop.stop();
        });

        loop.start();

        Awaitility.await().until(() -> steps.get() == 2 && !thread.get().isAlive());
        assertThat(loop.isRunning()).isFalse();
    }

    @Test
    void anInterruptionDoesNotEndIt() {
        loop = new PollLoop("test", Duration.ofMillis(10), wake, () -> {
            steps.incrementAndGet();
            Thread.currentThread().interrupt();
        });

        loop.start();

        Awaitility.await().until(() -> steps.get() >= 4);
    }

    @Test
    void startsWithAPauseThatASignalCutsShort() {
        loop.startAfter(RARELY);
        Awaitility.await().during(Duration.ofMillis(50)).until(() -> steps.get() == 0);

        loop.wake();

        Awaitility.await().until(() -> steps.get() == 1);
    }

    @Test
    void goesOnOnceThoughItWasStoppedAndStartedWithinAStep() {
        CountDownLatch first = new CountDownLatch(1);
        List<Thread> threads = new CopyOnWriteArrayList<>();
        loop = new PollLoop("test", RARELY, wake, () -> {
            threads.add(Thread.currentThread());
            if (threads.size() == 1) {
                first.await();
            }
            return RARELY;
        });
        loop.start();
        Awaitility.await().until(() -> threads.size() == 1);

        loop.stop();
        loop.start();
        Awaitility.await().until(() -> threads.size() == 2);
        first.countDown();
        Awaitility.await().until(() -> !threads.getFirst().isAlive());
        loop.wake();

        Awaitility.await().until(() -> threads.size() >= 3);
        assertThat(threads.stream().skip(1).distinct()).hasSize(1);
    }

    @Test
    void allThatShareASignalEndWhenTheyAreStopped() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        List<PollLoop> loops = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            loops.add(new PollLoop("test", RARELY, wake, () -> {
                threads.add(Thread.currentThread());
            }));
        }
        loops.forEach(PollLoop::start);
        Awaitility.await().until(() -> threads.size() == 3);

        loops.forEach(PollLoop::stop);

        Awaitility.await().until(() -> threads.stream().noneMatch(Thread::isAlive));
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
