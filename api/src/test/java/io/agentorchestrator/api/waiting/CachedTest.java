package io.agentorchestrator.api.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CachedTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final AtomicInteger reads = new AtomicInteger();

    @Test
    void whoeverAsksEveryNowAndThenFindsItFresh() {
        Cached<Integer> cached = new Cached<>(reads::incrementAndGet, Duration.ofMinutes(1));

        assertThat(cached.get()).contains(1);
        await().atMost(LIMIT).until(() -> reads.get() >= 4);

        int now = reads.get();
        assertThat(cached.get()).hasValueSatisfying(value -> assertThat(value).isGreaterThanOrEqualTo(now - 1));
    }

    @Test
    void onceNobodyHasAskedForAWhileItIsReadNoMore() {
        Cached<Integer> cached = new Cached<>(reads::incrementAndGet, Duration.ofMillis(700));

        cached.get();
        await().atMost(LIMIT).until(() -> reads.get() >= 2);
        int then = reads.get();

        await().during(Duration.ofMillis(1_500)).atMost(LIMIT).until(() -> reads.get() == then);
        assertThat(cached.get()).hasValueSatisfying(value -> assertThat(value).isGreaterThan(then));
    }

    @Test
    void nobodyWaitsLongForAStoreThatDoesNotAnswer() {
        CountDownLatch never = new CountDownLatch(1);
        Cached<Integer> cached = new Cached<>(
                () -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return 1;
                },
                Duration.ofMinutes(1));

        long begun = System.nanoTime();
        assertThat(cached.get()).isEmpty();
        for (int n = 0; n < 100; n++) {
            cached.get();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
        never.countDown();
    }
}
