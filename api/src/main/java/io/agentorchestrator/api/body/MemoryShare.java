package io.agentorchestrator.api.body;

import io.agentorchestrator.api.problem.ProblemException;

/** A share of the memory that is set aside for bodies and what is made of them. Closing it gives it back. For one thread. */
public interface MemoryShare extends AutoCloseable {
    /**
     * Takes as much more as is needed to hold so many bytes.
     *
     * @throws ProblemException if others have it
     */
    void holdInAll(long bytes);

    @Override
    void close();
}
