package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.measure.Timeline;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Something that can be run against a stack.
 *
 * @param scenarioName by which it is asked for
 * @param what it does, a sentence
 */
public record Scenario(String scenarioName, String what, Run run) {
    /** The work of a scenario. */
    interface Run {
        Findings run(Target target, Options options) throws Exception;
    }

    /** Runs it. */
    public Report report(Target target, Options options) throws Exception {
        List<ReportTable> circumstances = Circumstances.of(target);
        Instant at = Instant.now();
        Findings found = run.run(target, options);
        Measured charted = found.charted();
        return new Report(
                scenarioName,
                what,
                at,
                found.verdicts(),
                Stream.concat(found.tables().stream(), circumstances.stream()).toList(),
                charted == null ? null : charted.latencies(),
                charted == null ? List.of() : Timeline.of(charted.start(), charted.log(), charted.ends()),
                charted == null ? 0 : (int) charted.plan().pace().warmUp().toSeconds());
    }
}
