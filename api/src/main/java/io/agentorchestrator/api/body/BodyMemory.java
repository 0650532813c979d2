package io.agentorchestrator.api.body;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** A part of the heap that is shared: by bodies of requests and what they inflate to, or by large answers. Thread-safe. */
final class BodyMemory {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final int chunksAltogether;
    private final Semaphore chunks;

    BodyMemory(long bytesAltogether) {
        // One beyond, to see the end of the largest body.
        this.chunksAltogether = Math.toIntExact(bytesAltogether / CHUNK_BYTES) + 1;
        this.chunks = new Semaphore(chunksAltogether);
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
                if (!chunks.tryAcquire()) {
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
