package io.agentorchestrator.benchmarks.loadtest.workload;

/** What is submitted, a request at a time. Called by one thread. */
public interface Requests {
    /** The next request. */
    Request next();
}
