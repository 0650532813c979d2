package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import java.time.Instant;
import java.util.List;

/**
 * Something that can be run against a stack.
 *
 * @param scenarioName by which it is asked for
 * @param what it does, a sentence
 */
public record Scenario(String scenarioName, String what, Run run) {
    /** The work of a scenario: it fills the report. */
    interface Run {
        void run(Target target, Options options, Report report) throws Exception;
    }

    /** Runs it. */
    public Report report(Target target, Options options) throws Exception {
        List<ReportTable> circumstances = Circumstances.of(target);
        Report report = new Report(scenarioName, what, Instant.now());
        run.run(target, options, report);
        circumstances.forEach(report::tables);
        return report;
    }
}
