package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.measure.Sampler;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import io.agentorchestrator.benchmarks.loadtest.workload.Requests;
import io.agentorchestrator.cli.process.Patience;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Many tasks on agents at once. */
final class Concurrency {
    private static final int AGENTS = 4;
    private static final int SLOTS = 10_000;
    private static final double LEAST_UTILIZATION = 0.85;
    private static final int PAYLOAD_BYTES = 200;
    private static final long TASK_MILLIS = 60_000;
    private static final int BATCH = 100;
    /** Tasks that wait beyond the slots, as a share of these, so that no slot waits. */
    private static final double BACKLOG_SHARE = 0.3;

    private static final int LEAST_BACKLOG = 2 * BATCH;
    private static final int UNDER_WAY = 2;
    private static final Duration WINDOW = Duration.ofMinutes(3);
    private static final Duration RAMP_LIMIT = Duration.ofMinutes(5);
    private static final double RAMPED = 0.98;
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration TELL_EVERY = Duration.ofSeconds(5);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(5);

    private Concurrency() {}

    static void run(Target target, Options options, Report report) throws Exception {
        int count = options.agents(AGENTS);
        FleetSize fleet = new FleetSize(count, options.slots(SLOTS / count));
        Mix mix = options.mix(PAYLOAD_BYTES, 0).withFixedMillis(TASK_MILLIS);
        List<String> types = mix.typeNames();
        int slots = fleet.slots();
        int backlog = Math.max(LEAST_BACKLOG, (int) (BACKLOG_SHARE * slots));
        Duration window = options.duration(WINDOW);
        AtomicLong running = new AtomicLong();
        AtomicReference<Instant> tellAt = new AtomicReference<>(Instant.now());
        try (LoadAgents agents = target.startAgents(types, fleet);
                Sampler sampler = new Sampler(target.tasks(), types, EVERY, target.cpuMeter(null), sample -> {
                    running.set(sample.running());
                    tell(target, sample, tellAt);
                });
                LoadSource feed = new LoadSource(
                        target,
                        types,
                        Requests.inBatches(mix, BATCH, options.seed()),
                        new LoadSource.Bounds(slots + backlog, UNDER_WAY, EVERY))) {
            long began = System.nanoTime();
            Patience.until(RAMP_LIMIT, EVERY, () -> running.get() >= RAMPED * slots);
            double ramp = (System.nanoTime() - began) / 1e9;
            Instant from = Instant.now();
            Map<String, Double> cores = target.cpuMeter(agents).during(window);
            LongSummaryStatistics samples = sampler.between(from, Instant.now()).stream()
                    .mapToLong(Sampler.Sample::running)
                    .summaryStatistics();
            target.tell("Waiting for the tasks that are left.");
            Audit audit = feed.end(SETTLE_LIMIT);
            long peak = Math.max(0, samples.getMax());
            report.atLeast(Figures.count(slots) + " tasks run on agents at once", (double) peak, slots, Figures::count)
                    .atLeast(
                            "utilization of the slots at least " + Figures.percent(LEAST_UTILIZATION),
                            samples.getAverage() / slots,
                            LEAST_UTILIZATION,
                            Figures::percent)
                    .nothingLost(audit)
                    .tables(
                            ReportTable.configuration(
                                            mix,
                                            "slots",
                                            fleet.words(),
                                            "until 98 % were busy",
                                            Figures.seconds(ramp),
                                            "steady window",
                                            window,
                                            "running, peak",
                                            peak,
                                            "running, mean",
                                            Figures.decimal(samples.getAverage()),
                                            "tasks in the backlog, beyond the slots",
                                            backlog)
                                    .with("refused: ", feed.refused().counts()),
                            ReportTable.audit(audit),
                            ReportTable.cores(cores));
        }
    }

    private static void tell(Target target, Sampler.Sample sample, AtomicReference<Instant> tellAt) {
        if (!sample.at().isBefore(tellAt.get())) {
            target.tell("running " + Figures.count(sample.running()) + "  queued " + Figures.count(sample.queued()));
            tellAt.set(sample.at().plus(TELL_EVERY));
        }
    }
}
