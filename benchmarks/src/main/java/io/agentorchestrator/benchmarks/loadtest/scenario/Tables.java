package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The tables that reports share. */
final class Tables {
    private Tables() {}

    /** The outcomes of acknowledged tasks, as the store has them. */
    static ReportTable audit(Audit audit) {
        return ReportTable.of(
                        "Tasks counted, warm-up included",
                        "acknowledged",
                        audit.acknowledged(),
                        "completed",
                        audit.completed(),
                        "failed",
                        audit.failed(),
                        "cancelled",
                        audit.cancelled(),
                        "lost: unknown to the API",
                        audit.missing(),
                        "lost: not ended in time",
                        audit.open() - audit.missing(),
                        "completed more than once",
                        audit.doubled(),
                        "took more than one attempt",
                        audit.retried(),
                        "success rate",
                        Figures.percent(audit.success()))
                .with("attempts that ended in ", audit.attempts());
    }

    /** Cores by process. */
    static ReportTable cores(Map<String, Double> cores) {
        List<List<String>> rows = new ArrayList<>();
        cores.forEach((name, used) -> rows.add(List.of(name, Figures.decimal(used))));
        double sum = cores.values().stream().mapToDouble(Double::doubleValue).sum();
        rows.add(List.of("together", Figures.decimal(sum)));
        return cores.isEmpty()
                ? new ReportTable("Processor time", List.of("this system does not tell"), List.of())
                : new ReportTable(
                        "Processor time in the measured time", List.of("process, with its children", "cores"), rows);
    }

    /** A configuration, with the tasks' own behind it. */
    static ReportTable describe(Mix mix, Object... namesAndValues) {
        ReportTable table = ReportTable.of("Configuration", namesAndValues)
                .with("task types, priorities", mix.types() + ", 5; all equally frequent")
                .with("payload", Figures.count(mix.payloadBytes()) + " bytes")
                .with("result", Figures.count(mix.resultBytes()) + " bytes of padding")
                .with(
                        "agents take",
                        mix.sigma() == 0
                                ? Figures.millis(mix.medianMillis())
                                : String.format(
                                        Locale.ROOT,
                                        "lognormal, median %.0f ms, sigma %.2f, cut at %d ms",
                                        mix.medianMillis(),
                                        mix.sigma(),
                                        mix.maxMillis()));
        Mix.Trouble trouble = mix.trouble();
        return trouble.share() == 0
                ? table
                : table.with(
                        "attempts that go wrong",
                        String.format(
                                Locale.ROOT,
                                "%.2f %%: fail %.2f, hang %.2f, ten times as slow %.2f, garbage %.2f, crash %.2f",
                                100 * trouble.share(),
                                100 * trouble.fail(),
                                100 * trouble.hang(),
                                100 * trouble.slow(),
                                100 * trouble.garbage(),
                                100 * trouble.crash()));
    }
}
