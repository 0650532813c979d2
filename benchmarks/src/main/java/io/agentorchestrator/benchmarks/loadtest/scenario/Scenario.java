package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.report.Report;

/** Something that can be run against a stack. */
public interface Scenario {
    /** By which it is asked for. */
    String scenarioName();

    /** What it does, a sentence. */
    String what();

    /** Runs it. */
    Report run(Target target, Options options) throws Exception;
}
