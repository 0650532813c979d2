package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.KillSchedule;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.measure.Sampler;
import io.agentorchestrator.benchmarks.loadtest.measure.Timeline;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends;
import io.agentorchestrator.benchmarks.loadtest.outcome.Ends.Status;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
 */
record Measured(
        LoadRun.Plan plan,
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
        long fromMicros = Latencies.micros(from);
        long toMicros = Latencies.micros(to);
        long count = 0;
        for (int i = 0; i < log.size(); i++) {
            long due = log.intendedMicros(i);
            count += due >= fromMicros && due < toMicros ? 1 : 0;
        }
        return count / seconds();
    }

    /** Tasks that completed in the measured time, whenever they were due, a second. */
    double completedPerSecond() {
        long fromMicros = Latencies.micros(from);
        long toMicros = Latencies.micros(to);
        long count = 0;
        for (int i = 0; i < log.size(); i++) {
            boolean inTime = ends.status(i) == Status.COMPLETED
                    && ends.endedMicros(i) >= fromMicros
                    && ends.endedMicros(i) < toMicros;
            count += inTime ? 1 : 0;
        }
        return count / seconds();
    }

    int slots() {
        return plan.fleet().agents() * plan.fleet().slotsEach();
    }

    /** Busy slots over all slots, on average. */
    double utilization() {
        return busySlots() / slots();
    }

    /** On average. */
    double busySlots() {
        return busySeconds / seconds();
    }

    double meanQueued() {
        return samples.stream().mapToLong(Sampler.Sample::queued).average().orElse(0);
    }

    long peakQueued() {
        return samples.stream().mapToLong(Sampler.Sample::queued).max().orElse(0);
    }

    double submissionMillis(double percentile) {
        return Latencies.millis(latencies.submission(), percentile);
    }

    double completionMillis(double percentile) {
        return Latencies.millis(latencies.completion(), percentile);
    }

    /** The report of a scenario that is one such run. */
    Report report(Scenario scenario, List<GoalVerdict> verdicts, Mix mix, List<ReportTable> circumstances) {
        List<ReportTable> tables = new ArrayList<>();
        tables.add(Tables.throughput(this));
        tables.add(Tables.audit(audit));
        tables.add(Tables.cores(cores));
        tables.add(Tables.settings(plan, mix));
        tables.addAll(circumstances);
        return new Report(
                scenario.scenarioName(),
                scenario.what(),
                start,
                verdicts,
                tables,
                latencies,
                Timeline.of(start, log, ends),
                (int) plan.settings().warmUp().toSeconds());
    }
}
