package io.agentorchestrator.cli.loadtest.scenario;

import io.agentorchestrator.cli.loadtest.fleet.LoadAgents;
import io.agentorchestrator.cli.loadtest.measure.CpuMeter;
import io.agentorchestrator.cli.loadtest.measure.Sampler;
import io.agentorchestrator.cli.loadtest.report.Figures;
import io.agentorchestrator.cli.loadtest.report.Report;
import io.agentorchestrator.cli.loadtest.report.Table;
import io.agentorchestrator.cli.loadtest.report.Verdict;
import io.agentorchestrator.cli.loadtest.store.Audit;
import io.agentorchestrator.cli.loadtest.store.LoadStore;
import io.agentorchestrator.cli.loadtest.workload.Batches;
import io.agentorchestrator.cli.loadtest.workload.Mix;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLong;

/** Many tasks on agents at once. */
final class Concurrency implements Scenario {
    private static final int AGENTS = 4;
    private static final int SLOTS = 10_000;
    private static final double LEAST_UTILIZATION = 0.85;
    private static final int PAYLOAD_BYTES = 200;
    private static final long TASK_MILLIS = 60_000;
    private static final int BATCH = 100;
    /** Beyond the slots: what waits, so that no slot does. */
    private static final int BACKLOG = 3_000;

    private static final int UNDER_WAY = 2;
    private static final Duration WINDOW = Duration.ofMinutes(3);
    private static final Duration RAMP_LIMIT = Duration.ofMinutes(5);
    private static final double RAMPED = 0.98;
    private static final Duration EVERY = Duration.ofSeconds(1);
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

    @Override
    public Report run(Target target, Options options) throws Exception {
        int agentCount = options.agents() == null ? AGENTS : options.agents();
        int slotsEach = options.slots() == null ? SLOTS / agentCount : options.slots();
        int slots = agentCount * slotsEach;
        Duration window = options.duration() == null ? WINDOW : options.duration();
        int payload = options.payloadBytes() == null ? PAYLOAD_BYTES : options.payloadBytes();
        Mix mix = Mix.STANDARD.withSizes(payload, 0).withFixedMillis(TASK_MILLIS);
        List<Table> circumstances = Tables.circumstances(target);
        Instant at = Instant.now();
        AtomicLong running = new AtomicLong();
        try (LoadStore store = target.openStore();
                LoadAgents agents = LoadAgents.start(
                        target.layout(), target.apiUrl(), mix.typeNames(), agentCount, slotsEach, store)) {
            CpuMeter cpu = target.cpuMeter(agents);
            Instant[] tellAt = {at};
            try (Sampler sampler = new Sampler(target.openStore(), mix.typeNames(), EVERY, cpu, sample -> {
                        running.set(sample.running());
                        if (!sample.at().isBefore(tellAt[0])) {
                            target.told()
                                    .accept("running " + Figures.count(sample.running()) + "  queued "
                                            + Figures.count(sample.queued()));
                            tellAt[0] = sample.at().plusSeconds(5);
                        }
                    });
                    Feed feed = new Feed(
                            target,
                            new Batches(mix, BATCH, options.seed()),
                            new Feed.Bounds(slots + BACKLOG, UNDER_WAY, EVERY))) {
                Duration ramp = ramp(running, slots);
                Instant from = Instant.now();
                cpu.begin();
                LoadRun.sleepUntil(from.plus(window));
                cpu.sample();
                SequencedMap<String, Double> cores = cpu.cores();
                List<Sampler.Sample> samples = sampler.between(from, Instant.now());
                target.told().accept("Waiting for the tasks that still run.");
                Audit audit = feed.end(SETTLE_LIMIT);
                long peak = samples.stream()
                        .mapToLong(Sampler.Sample::running)
                        .max()
                        .orElse(0);
                double mean = samples.stream()
                        .mapToLong(Sampler.Sample::running)
                        .average()
                        .orElse(0);
                SequencedMap<String, String> rows = new LinkedHashMap<>();
                rows.put("slots", agentCount + " agents × " + Figures.count(slotsEach));
                rows.put("until 98 % were busy", Figures.seconds(ramp.toMillis() / 1e3));
                rows.put("steady window", window.toString());
                rows.put("running, peak", Figures.count(peak));
                rows.put("running, mean", Figures.decimal(mean));
                rows.put("tasks in the backlog, beyond the slots", Figures.count(BACKLOG));
                feed.refused().forEach((kind, count) -> rows.put("refused: " + kind, Figures.count(count)));
                Tables.describe(mix, rows);
                List<Table> tables = new ArrayList<>(
                        List.of(Table.of("Tasks in flight", "", "", rows), Tables.audit(audit), Tables.cores(cores)));
                tables.addAll(circumstances);
                return new Report(
                        scenarioName(),
                        what(),
                        at,
                        List.of(
                                Verdict.atLeast(
                                        Figures.count(slots) + " tasks run on agents at once",
                                        (double) peak,
                                        slots,
                                        Figures.count(peak)),
                                Verdict.atLeast(
                                        "utilization of the slots at least " + Figures.percent(LEAST_UTILIZATION),
                                        mean / slots,
                                        LEAST_UTILIZATION,
                                        Figures.percent(mean / slots)),
                                Verdict.none("tasks lost", audit.lost()),
                                Verdict.none("tasks completed twice", audit.doubled())),
                        tables,
                        null,
                        List.of(),
                        0);
            }
        }
    }

    private static Duration ramp(AtomicLong running, int slots) throws InterruptedException {
        long began = System.nanoTime();
        while (running.get() < RAMPED * slots && System.nanoTime() - began < RAMP_LIMIT.toNanos()) {
            Thread.sleep(EVERY);
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
