package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.measure.CpuMeter;
import io.agentorchestrator.benchmarks.loadtest.measure.Sampler;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.scenario.Options.FleetSize;
import io.agentorchestrator.benchmarks.loadtest.workload.BatchRequests;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Many tasks on agents at once. */
final class Concurrency implements Scenario {
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

    @Override
    public String scenarioName() {
        return "concurrency";
    }

    @Override
    public String what() {
        return "Keeps 10,000 slots of agents busy with tasks of a minute each, submitted in batches of 100, and looks how many"
                + " are used.";
    }

    /** The number of agents and of their slots, and for how long. */
    private record Wanted(FleetSize fleet, Duration window, Mix mix) {
        static Wanted of(Options options) {
            int agents = options.agents() == null ? AGENTS : options.agents();
            int payload = options.payloadBytes() == null ? PAYLOAD_BYTES : options.payloadBytes();
            return new Wanted(
                    new FleetSize(agents, options.slots() == null ? SLOTS / agents : options.slots()),
                    options.duration() == null ? WINDOW : options.duration(),
                    Mix.STANDARD.withSizes(payload, 0).withFixedMillis(TASK_MILLIS));
        }

        int slots() {
            return fleet.agents() * fleet.slotsEach();
        }

        int backlog() {
            return Math.max(LEAST_BACKLOG, (int) (BACKLOG_SHARE * slots()));
        }
    }

    /** The findings in the steady window. */
    private record Found(
            Duration ramp,
            long peak,
            double mean,
            SequencedMap<String, Double> cores,
            Audit audit,
            Map<String, Long> refused) {}

    @Override
    public Report run(Target target, Options options) throws Exception {
        Wanted wanted = Wanted.of(options);
        List<ReportTable> tables = new ArrayList<>();
        List<ReportTable> circumstances = Tables.circumstances(target);
        Instant at = Instant.now();
        Found found;
        try (LoadAgents agents = target.startAgents(wanted.mix().typeNames(), wanted.fleet())) {
            found = fill(target, wanted, options.seed(), target.cpuMeter(agents));
        }
        tables.add(inFlight(wanted, found));
        tables.add(Tables.audit(found.audit()));
        tables.add(Tables.cores(found.cores()));
        tables.addAll(circumstances);
        return new Report(scenarioName(), what(), at, verdicts(wanted.slots(), found), tables, null, List.of(), 0);
    }

    private static Found fill(Target target, Wanted wanted, long seed, CpuMeter cpu) throws Exception {
        AtomicLong running = new AtomicLong();
        AtomicReference<Instant> tellAt = new AtomicReference<>(Instant.now());
        List<String> types = wanted.mix().typeNames();
        try (Sampler sampler = new Sampler(target.tasks(), types, EVERY, cpu, sample -> {
                    running.set(sample.running());
                    tell(target, sample, tellAt);
                });
                LoadSource feed = new LoadSource(
                        target,
                        types,
                        new BatchRequests(wanted.mix(), BATCH, seed),
                        new LoadSource.Bounds(wanted.slots() + wanted.backlog(), UNDER_WAY, EVERY))) {
            Duration ramp = ramp(running, wanted.slots());
            Instant from = Instant.now();
            cpu.begin();
            LoadRun.sleepUntil(from.plus(wanted.window()));
            cpu.sample();
            SequencedMap<String, Double> cores = cpu.cores();
            List<Sampler.Sample> samples = sampler.between(from, Instant.now());
            target.told().accept("Waiting for the tasks that are left.");
            Audit audit = feed.end(SETTLE_LIMIT);
            long peak =
                    samples.stream().mapToLong(Sampler.Sample::running).max().orElse(0);
            double mean = samples.stream()
                    .mapToLong(Sampler.Sample::running)
                    .average()
                    .orElse(0);
            return new Found(ramp, peak, mean, cores, audit, feed.refused());
        }
    }

    private static void tell(Target target, Sampler.Sample sample, AtomicReference<Instant> tellAt) {
        if (!sample.at().isBefore(tellAt.get())) {
            target.told()
                    .accept("running " + Figures.count(sample.running()) + "  queued "
                            + Figures.count(sample.queued()));
            tellAt.set(sample.at().plus(TELL_EVERY));
        }
    }

    private static ReportTable inFlight(Wanted wanted, Found found) {
        SequencedMap<String, String> rows = new LinkedHashMap<>();
        rows.put("slots", wanted.fleet().words());
        rows.put("until 98 % were busy", Figures.seconds(found.ramp().toMillis() / 1e3));
        rows.put("steady window", wanted.window().toString());
        rows.put("running, peak", Figures.count(found.peak()));
        rows.put("running, mean", Figures.decimal(found.mean()));
        rows.put("tasks in the backlog, beyond the slots", Figures.count(wanted.backlog()));
        found.refused().forEach((kind, count) -> rows.put("refused: " + kind, Figures.count(count)));
        Tables.describe(wanted.mix(), rows);
        return ReportTable.of("Tasks in flight", "", "", rows);
    }

    private static List<GoalVerdict> verdicts(int slots, Found found) {
        double utilization = found.mean() / slots;
        return List.of(
                GoalVerdict.atLeast(
                        Figures.count(slots) + " tasks run on agents at once",
                        (double) found.peak(),
                        slots,
                        Figures.count(found.peak())),
                GoalVerdict.atLeast(
                        "utilization of the slots at least " + Figures.percent(LEAST_UTILIZATION),
                        utilization,
                        LEAST_UTILIZATION,
                        Figures.percent(utilization)),
                GoalVerdict.none("tasks lost", found.audit().lost()),
                GoalVerdict.none("tasks completed twice", found.audit().doubled()));
    }

    private static Duration ramp(AtomicLong running, int slots) throws InterruptedException {
        long began = System.nanoTime();
        while (running.get() < RAMPED * slots && System.nanoTime() - began < RAMP_LIMIT.toNanos()) {
            Thread.sleep(EVERY);
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
