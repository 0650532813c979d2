package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.measure.Machine;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/** The tables that reports share. */
final class Tables {
    private Tables() {}

    /** The machine and the versions of a run. */
    static List<ReportTable> circumstances(Target target) throws InterruptedException {
        return List.of(
                ReportTable.of("Machine", "", "", Machine.facts()),
                ReportTable.of("Versions", "", "", Versions.of(target)));
    }

    /** The outcomes of acknowledged tasks, as the store has them. */
    static ReportTable audit(Audit audit) {
        SequencedMap<String, String> rows = new LinkedHashMap<>();
        rows.put("acknowledged", Figures.count(audit.acknowledged()));
        rows.put("completed", Figures.count(audit.completed()));
        rows.put("failed", Figures.count(audit.failed()));
        rows.put("cancelled", Figures.count(audit.cancelled()));
        rows.put("lost: unknown to the API", Figures.count(audit.missing()));
        rows.put("lost: not ended in time", Figures.count(audit.open() - audit.missing()));
        rows.put("completed more than once", Figures.count(audit.doubled()));
        rows.put("took more than one attempt", Figures.count(audit.retried()));
        rows.put("success rate", Figures.percent(audit.success()));
        audit.attempts().forEach((end, count) -> rows.put("attempts that ended in " + end, Figures.count(count)));
        return ReportTable.of("Counted, warm-up included", "tasks", "", rows);
    }

    /** The times that tasks took that were submitted one by one. */
    static ReportTable times(OneByOne.Times times) {
        List<List<String>> rows = new ArrayList<>();
        for (double percentile : new double[] {50, 90, 99, 100}) {
            rows.add(List.of(
                    percentile == 100 ? "max" : "P" + (int) percentile,
                    Figures.millis(Latencies.millis(times.toStart(), percentile)),
                    Figures.millis(Latencies.millis(times.toEnd(), percentile))));
        }
        return new ReportTable("From created", List.of("percentile", "to started", "to ended"), rows);
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

    /** Describes the tasks. */
    static void describe(Mix mix, Map<String, String> rows) {
        rows.put("task types, priorities", mix.types() + ", 5; all equally frequent");
        rows.put("payload", Figures.count(mix.payloadBytes()) + " bytes");
        rows.put("result", Figures.count(mix.resultBytes()) + " bytes of padding");
        rows.put(
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
        if (trouble.share() > 0) {
            rows.put(
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

    /** The settings of an open-loop run. */
    static ReportTable settings(LoadRun.Plan plan, Mix mix) {
        SequencedMap<String, String> rows = new LinkedHashMap<>();
        LoadSettings settings = plan.settings();
        rows.put("rate", Figures.perSecond(settings.rate()) + " tasks, evenly spaced, open loop");
        rows.put("warm-up", settings.warmUp() + " before that, rising from a tenth of the rate; not in the figures");
        rows.put("measured", settings.duration().toString());
        rows.put("seed", Long.toString(settings.seed()));
        rows.put("agents", plan.fleet().words());
        rows.put("unanswered requests", "at most " + Figures.count(LoadRun.MAX_OUTSTANDING));
        rows.put("patience after the last arrival", plan.settleLimit().toString());
        describe(mix, rows);
        return ReportTable.of("Configuration", "", "", rows);
    }

    /** Throughput, agents and what was refused. */
    static ReportTable throughput(Measured measured) {
        SequencedMap<String, String> rows = new LinkedHashMap<>();
        rows.put("offered", Figures.perSecond(measured.plan().settings().rate()));
        rows.put("acknowledged", Figures.perSecond(measured.acknowledgedPerSecond()));
        rows.put("completed", Figures.perSecond(measured.completedPerSecond()));
        rows.put("agent utilization", Figures.percent(measured.utilization()) + " of " + measured.slots() + " slots");
        rows.put("slots busy", Figures.decimal(measured.busySlots()) + " on average");
        rows.put(
                "waiting for agents",
                "mean " + Figures.decimal(measured.meanQueued()) + ", peak " + Figures.count(measured.peakQueued()));
        rows.put(
                "last end after the last answer",
                Figures.seconds(measured.settled().toMillis() / 1e3));
        rows.put("reads without an answer", Figures.seconds(measured.unread().toMillis() / 1e3));
        rows.put("load agents that ended", Figures.count(measured.agentsEnded()));
        measured.refused().forEach((kind, count) -> rows.put("refused: " + kind, Figures.count(count)));
        measured.repeated().forEach((kind, count) -> rows.put("submitted again after: " + kind, Figures.count(count)));
        measured.kills().forEach((victim, count) -> rows.put("killed: " + victim, Figures.count(count)));
        return ReportTable.of("Throughput and agents, in the measured time", "", "", rows);
    }
}
