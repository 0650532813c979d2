package io.agentorchestrator.api.body;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A part of the heap that is shared: by bodies of requests and what they inflate to, or by large answers. Of several requests that find
 * it used up one waits a moment for the others, who are turned away and give theirs back: were all turned away, two that come together
 * could do that to each other for ever. Thread-safe.
 */
final class BodyMemory {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final long WAIT_MILLIS = 500;

    private final int chunksAltogether;
    private final Semaphore chunks;
    private final AtomicBoolean oneWaits = new AtomicBoolean();

    BodyMemory(long bytesAltogether) {
        // One beyond, to see the end of the largest body.
        this.chunksAltogether = Math.toIntExact(bytesAltogether / CHUNK_BYTES) + 1;
        this.chunks = new Semaphore(chunksAltogether);
    }

    private boolean waitForChunk() {
        if (!oneWaits.compareAndSet(false, true)) {
            return false;
        }
        try {
            return chunks.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            oneWaits.set(false);
        }
    }

    /** The bytes that are taken now. */
    long heldBytes() {
        return (long) (chunksAltogether - chunks.availablePermits()) * CHUNK_BYTES;
    }

    /** A share that is empty yet. */
    Share share() {
        return new Share();
    }

    /** The memory that one request has taken. For one thread. */
    final class Share implements MemoryShare {
        private int chunksHeld;

        @Override
        public void holdInAll(long bytes) {
            while ((long) chunksHeld * CHUNK_BYTES < bytes) {
                if (!chunks.tryAcquire() && !waitForChunk()) {
                    throw new ProblemException(
                            ProblemCode.OVERLOADED,
                            "too many large requests are under way; try again shortly",
                            RETRY_AFTER);
                }
                chunksHeld++;
            }
        }

        @Override
        public void close() {
            chunks.release(chunksHeld);
            chunksHeld = 0;
        }
    }
}
