package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.KillSchedule;
import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.OpenLoop;
import io.agentorchestrator.benchmarks.loadtest.generate.RetryMode;
import io.agentorchestrator.benchmarks.loadtest.generate.Sender;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.measure.CpuMeter;
import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.measure.Sampler;
import io.agentorchestrator.benchmarks.loadtest.outcome.AttemptReader;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.outcome.CompletionTracker;
import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.scenario.Options.FleetSize;
import io.agentorchestrator.benchmarks.loadtest.workload.HalfDependent;
import io.agentorchestrator.benchmarks.loadtest.workload.Requests;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One open-loop run from the first arrival to the audit. */
final class LoadRun {
    /** Beyond it, an arrival waits; its latency counts all the same. */
    static final int MAX_OUTSTANDING = 200;

    private static final Duration SAMPLE_EVERY = Duration.ofSeconds(1);
    private static final Duration TELL_EVERY = Duration.ofSeconds(5);
    private static final Duration SETTLE_PAUSE = Duration.ofMillis(500);
    private static final Duration START_IN = Duration.ofMillis(200);

    /**
     * The plan of a run.
     *
     * @param source of requests, given the tasks acknowledged so far
     * @param settleLimit how long tasks may take to end after the last arrival
     */
    record Plan(
            LoadSettings settings,
            List<String> types,
            Source source,
            RetryMode insistence,
            FleetSize fleet,
            Disturbance disturbance,
            Duration settleLimit) {}

    /** Where a run's requests come from. */
    interface Source {
        Requests open(HalfDependent.Earlier earlier);
    }

    private final Target target;
    private final Plan plan;
    private final TaskLog log = new TaskLog();

    private LoadRun(Target target, Plan plan) {
        this.target = target;
        this.plan = plan;
    }

    /** Runs with agents of its own, which are stopped at the end. */
    static Measured run(Target target, Plan plan) throws Exception {
        try (LoadAgents agents = target.startAgents(plan.types(), plan.fleet())) {
            return run(target, plan, agents);
        }
    }

    /** Runs with agents that are there already. */
    static Measured run(Target target, Plan plan, LoadAgents agents) throws Exception {
        return new LoadRun(target, plan).with(agents);
    }

    private Measured with(LoadAgents agents) throws Exception {
        LoadSettings settings = plan.settings();
        CpuMeter cpu = target.cpuMeter(agents);
        TaskApi api = target.tasks();
        CompletionTracker settling = new CompletionTracker(api, plan.types(), log);
        Instant start = Instant.now().plus(START_IN);
        Instant from = start.plus(settings.warmUp());
        Instant to = from.plus(settings.duration());
        try (Sender sender = new Sender(apiUrls());
                ExecutorService arrivals = Executors.newSingleThreadExecutor()) {
            OpenLoop loop = new OpenLoop(sender, plan.insistence(), log, MAX_OUTSTANDING);
            ProgressLog progress = new ProgressLog(target, loop, log, start, TELL_EVERY);
            try (Sampler sampler = new Sampler(api, plan.types(), SAMPLE_EVERY, cpu, progress::show)) {
                Future<?> arriving = arrivals.submit(arrive(loop, start));
                sleepUntil(from);
                cpu.begin();
                Map<KillSchedule.Victim, Integer> kills = plan.disturbance().through(agents, from, to);
                cpu.sample();
                SequencedMap<String, Double> cores = cpu.cores();
                arriving.get();
                progress.end();
                Duration settled = settle(settling);
                AttemptReader attempts = AttemptReader.of(api, log, settling.ends());
                Audit audit = Audit.of(log, settling.ends(), attempts);
                target.told().accept("Counted: " + audit.words() + ".");
                return new Measured(
                        plan,
                        start,
                        from,
                        to,
                        log,
                        settling.ends(),
                        audit,
                        loop.refused().counts(),
                        loop.repeated().counts(),
                        cores,
                        sampler.between(from, to),
                        attempts.busySeconds(settling.ends(), from, to),
                        settled,
                        sampler.away(),
                        kills,
                        agents.ended(),
                        Latencies.between(from, to, log, settling.ends()));
            } finally {
                loop.stop();
            }
        }
    }

    private List<String> apiUrls() {
        List<String> urls = new ArrayList<>(List.of(target.apiUrl()));
        urls.addAll(plan.disturbance().furtherApis());
        return urls;
    }

    private Callable<Boolean> arrive(OpenLoop loop, Instant start) {
        return () -> {
            loop.run(plan.settings().pace(), plan.source().open(log), start);
            return true;
        };
    }

    private Duration settle(CompletionTracker settling) throws Exception {
        long began = System.nanoTime();
        long[] nextTold = {began};
        settling.await(plan.settleLimit(), SETTLE_PAUSE, open -> {
            if (System.nanoTime() - nextTold[0] >= 0) {
                target.told().accept("Waiting for the ends of " + Figures.count(open) + " tasks.");
                nextTold[0] = System.nanoTime() + TELL_EVERY.toNanos();
            }
        });
        return Duration.ofNanos(System.nanoTime() - began);
    }

    static void sleepUntil(Instant moment) throws InterruptedException {
        long millis = Duration.between(Instant.now(), moment).toMillis();
        if (millis > 0) {
            Thread.sleep(millis);
        }
    }
}
