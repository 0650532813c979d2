package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The findings of a run.
 *
 * @param charted what is drawn, if anything
 */
record Findings(
        List<GoalVerdict> verdicts,
        List<ReportTable> tables,
        @Nullable Measured charted) {
    static Findings of(List<GoalVerdict> verdicts, ReportTable... tables) {
        return new Findings(verdicts, List.of(tables), null);
    }
}
