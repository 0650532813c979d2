package io.agentorchestrator.benchmarks.loadtest.measure;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Looks at something again and again, on a thread of its own, from now on until it is closed. */
public final class Repeated implements AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /** Sees how something is. */
    public interface Look {
        /** Looks once; an {@code IOException} says that nothing could be seen, and the next look tells. */
        void look() throws IOException, InterruptedException;
    }

    /**
     * Begins with the first look.
     *
     * @param every from the end of a look to the next
     */
    public Repeated(String name, Duration every, Look look) {
        thread = Thread.ofPlatform().name(name).start(() -> {
            try {
                do {
                    try {
                        look.look();
                    } catch (IOException away) {
                        // The next look tells.
                    }
                } while (!closed.await(every.toMillis(), TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Returns once the last look is over. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
