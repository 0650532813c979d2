package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.report.Report;

/** Something that can be run against a stack. */
public interface Scenario {
    /** The name by which it is asked for. */
    String scenarioName();

    /** A sentence on what it does. */
    String what();

    /** Runs it. */
    Report run(Target target, Options options) throws Exception;
}
