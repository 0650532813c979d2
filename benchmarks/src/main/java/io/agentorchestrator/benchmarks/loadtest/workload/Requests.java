package io.agentorchestrator.benchmarks.loadtest.workload;

/** A source of requests, one at a time. Called by one thread. */
public interface Requests {
    /** The next request. */
    Request next();
}
