package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.KillSchedule;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.measure.Sampler;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * The findings of an open-loop run.
 *
 * @param start of the warm-up
 * @param from where the measured time begins
 * @param to where it ends
 * @param refused tasks that were not acknowledged, by kind
 * @param repeated tasks that were submitted again, by what came before
 * @param cores used on average in the measured time, by process
 * @param samples of the measured time
 * @param busySeconds how long agents had tasks in the measured time, together
 * @param settled how long after the last answer the last task was seen to have ended
 * @param unread how long reads had no answer, from the API or its store
 * @param agentsEnded how often a load agent ended before the end
 */
record Measured(
        LoadPlan plan,
        Instant start,
        Instant from,
        Instant to,
        TaskLog log,
        Ends ends,
        Audit audit,
        Map<String, Long> refused,
        Map<String, Long> repeated,
        SequencedMap<String, Double> cores,
        List<Sampler.Sample> samples,
        double busySeconds,
        Duration settled,
        Duration unread,
        Map<KillSchedule.Victim, Integer> kills,
        int agentsEnded,
        Latencies latencies) {
    private double seconds() {
        return Duration.between(from, to).toNanos() / 1e9;
    }

    long refusedTasks() {
        return refused.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Tasks due in the measured time that were acknowledged, a second. */
    double acknowledgedPerSecond() {
        long fromMicros = TaskLog.micros(from);
        long toMicros = TaskLog.micros(to);
        return IntStream.range(0, log.size())
                        .mapToLong(log::intendedMicros)
                        .filter(due -> due >= fromMicros && due < toMicros)
                        .count()
                / seconds();
    }

    /** Tasks that completed in the measured time, whenever they were due, a second. */
    double completedPerSecond() {
        return ends.completed(from, to) / seconds();
    }

    double submissionMillis(double percentile) {
        return Latencies.millis(latencies.submission(), percentile);
    }

    double completionMillis(double percentile) {
        return Latencies.millis(latencies.completion(), percentile);
    }

    /** The findings of a scenario that is one such run. */
    Findings findings(List<GoalVerdict> verdicts, ReportTable... more) {
        List<ReportTable> tables = new ArrayList<>(List.of(throughput()));
        tables.addAll(List.of(more));
        tables.addAll(List.of(Tables.audit(audit), Tables.cores(cores), plan.table()));
        return new Findings(verdicts, tables, this);
    }

    /** Throughput, agents and what was refused. */
    ReportTable throughput() {
        int slots = plan.fleet().slots();
        double busySlots = busySeconds / seconds();
        LongSummaryStatistics queued =
                samples.stream().mapToLong(Sampler.Sample::queued).summaryStatistics();
        return ReportTable.of(
                        "Throughput and agents, in the measured time",
                        "offered",
                        Figures.perSecond(plan.pace().tasksPerSecond()),
                        "acknowledged",
                        Figures.perSecond(acknowledgedPerSecond()),
                        "completed",
                        Figures.perSecond(completedPerSecond()),
                        "agent utilization",
                        Figures.percent(busySlots / slots) + " of " + slots + " slots",
                        "slots busy",
                        Figures.decimal(busySlots) + " on average",
                        "waiting for agents",
                        "mean " + Figures.decimal(queued.getAverage()) + ", peak "
                                + Figures.count(Math.max(0, queued.getMax())),
                        "last end after the last answer",
                        Figures.seconds(settled.toMillis() / 1e3),
                        "reads without an answer",
                        Figures.seconds(unread.toMillis() / 1e3),
                        "load agents that ended",
                        Figures.count(agentsEnded))
                .with("refused: ", refused)
                .with("submitted again after: ", repeated)
                .with("killed: ", kills);
    }
}
