package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.KillSchedule;
import io.agentorchestrator.benchmarks.loadtest.generate.Tally;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.measure.Sampler;
import io.agentorchestrator.benchmarks.loadtest.measure.Timeline;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.SequencedMap;

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
 * @param latencies of the tasks that were due in the measured time
 */
record Measured(
        LoadPlan plan,
        Instant start,
        Instant from,
        Instant to,
        TaskLog log,
        Audit audit,
        Tally refused,
        Tally repeated,
        SequencedMap<String, Double> cores,
        List<Sampler.Sample> samples,
        double busySeconds,
        Duration settled,
        Duration unread,
        Map<KillSchedule.Victim, Integer> kills,
        int agentsEnded,
        Latencies latencies) {
    /** The length of the measured time. */
    double seconds() {
        return Duration.between(from, to).toNanos() / 1e9;
    }

    /** Tasks due in the measured time that were acknowledged, a second. */
    double acknowledgedPerSecond() {
        return log.due(from, to) / seconds();
    }

    /** Tasks that completed in the measured time, whenever they were due, a second. */
    double completedPerSecond() {
        return log.completed(from, to) / seconds();
    }

    /** Fills the report of a scenario that is one such run, but for its goals. */
    void tell(Report report, ReportTable... more) {
        report.tables(throughput())
                .tables(more)
                .tables(ReportTable.audit(audit), ReportTable.cores(cores), plan.table());
        chart(report);
    }

    /** Has the run drawn. */
    void chart(Report report) {
        report.chart(
                latencies, Timeline.of(start, log), (int) plan.pace().warmUp().toSeconds());
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
                        Figures.seconds(settled),
                        "reads without an answer",
                        Figures.seconds(unread),
                        "load agents that ended",
                        agentsEnded)
                .with("refused: ", refused.counts())
                .with("submitted again after: ", repeated.counts())
                .with("killed: ", kills);
    }
}
