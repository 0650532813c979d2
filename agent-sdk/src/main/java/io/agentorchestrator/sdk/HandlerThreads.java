package io.agentorchestrator.sdk;

/** The threads on which an agent runs its handlers, one for each task. */
public enum HandlerThreads {
    /**
     * For handlers that mostly wait: thousands cost little. They share as many carrier threads as the machine has cores, and one that computes
     * keeps its carrier until it blocks or ends: on two cores the third such handler does not begin before.
     */
    VIRTUAL,
    /** For handlers that compute: the system divides the cores among them. Each takes a thread's memory, so give such an agent few slots. */
    PLATFORM;

    void start(String name, Runnable handler) {
        Thread.Builder thread = switch (this) {
            case VIRTUAL -> Thread.ofVirtual();
            case PLATFORM -> Thread.ofPlatform().daemon(); // one that never ends must not keep the process
        };
        thread.name(name).start(handler);
    }
}
