package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.KillSchedule;
import io.agentorchestrator.benchmarks.loadtest.fleet.KillSchedule.Victim;
import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.OpenLoop;
import io.agentorchestrator.benchmarks.loadtest.generate.Sender;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.measure.CpuMeter;
import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.measure.Sampler;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.outcome.CompletionTracker;
import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
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

    /** Something that is done to the stack in the measured time of a run. */
    interface Disturbance {
        /** Leaves the stack alone. */
        Disturbance NONE = (agents, from, to) -> {
            sleepUntil(to);
            return Map.of();
        };

        /** Returns when the measured time is over, with counts of kills. */
        Map<Victim, Integer> through(LoadAgents agents, Instant from, Instant to) throws InterruptedException;

        /** Kills every process of the stack once a minute, at times drawn from a seed. */
        static Disturbance chaos(Target target, long seed) {
            return (agents, from, to) -> {
                List<KillSchedule.Strike> strikes = KillSchedule.draw(seed, Duration.between(from, to), agents.size());
                Map<Victim, Integer> kills =
                        KillSchedule.carryOut(strikes, from, target.layout(), agents, target.told());
                sleepUntil(to);
                return kills;
            };
        }
    }

    private final Target target;
    private final LoadPlan plan;
    private final TaskLog log = new TaskLog();
    private final Instant start = Instant.now().plus(START_IN);
    private Instant tellAt = start.plus(TELL_EVERY);
    private volatile boolean answered;

    private LoadRun(Target target, LoadPlan plan) {
        this.target = target;
        this.plan = plan;
    }

    /** Runs with agents of its own, which are stopped at the end. */
    static Measured run(Target target, LoadPlan plan) throws Exception {
        try (LoadAgents agents = target.startAgents(plan.mix().typeNames(), plan.fleet())) {
            return run(target, plan, agents);
        }
    }

    /** Runs with agents that are there already. */
    static Measured run(Target target, LoadPlan plan, LoadAgents agents) throws Exception {
        return new LoadRun(target, plan).with(agents);
    }

    private Measured with(LoadAgents agents) throws Exception {
        CpuMeter cpu = target.cpuMeter(agents);
        TaskApi api = plan.tasks(target);
        List<String> types = plan.mix().typeNames();
        CompletionTracker settling = new CompletionTracker(api, types, log);
        Instant from = start.plus(plan.pace().warmUp());
        Instant to = from.plus(plan.pace().length());
        try (Sender sender = new Sender(plan.apis(target));
                ExecutorService arrivals = Executors.newSingleThreadExecutor()) {
            OpenLoop loop = new OpenLoop(sender, plan.insistence(), log, MAX_OUTSTANDING);
            try (Sampler sampler = new Sampler(api, types, SAMPLE_EVERY, cpu, sample -> show(loop, sample))) {
                Future<?> arriving = arrivals.submit(() -> {
                    loop.run(plan.pace(), plan.source().apply(log), start);
                    return true;
                });
                sleepUntil(from);
                cpu.begin();
                Map<Victim, Integer> kills = plan.disturbance().through(agents, from, to);
                cpu.sample();
                SequencedMap<String, Double> cores = cpu.cores();
                arriving.get();
                answered = true;
                Duration settled = settle(settling);
                Audit audit = Audit.of(api, log);
                target.tell("Counted: " + audit.words() + ".");
                return new Measured(
                        plan,
                        start,
                        from,
                        to,
                        log,
                        audit,
                        loop.refused(),
                        loop.repeated(),
                        cores,
                        sampler.between(from, to),
                        audit.busySeconds(log, from, to),
                        settled,
                        sampler.away(),
                        kills,
                        agents.ended(),
                        Latencies.between(from, to, log));
            } finally {
                loop.stop();
            }
        }
    }

    /** Tells every few seconds how a run goes. Called by one thread. */
    private void show(OpenLoop loop, Sampler.Sample sample) {
        if (!answered && !sample.at().isBefore(tellAt)) {
            tellAt = sample.at().plus(TELL_EVERY);
            target.tell(String.format(
                    Locale.ROOT,
                    "%5d s  offered %,d  acknowledged %,d  refused %,d  unanswered %,d  running %,d  queued %,d",
                    Duration.between(start, sample.at()).toSeconds(),
                    loop.offered(),
                    log.size(),
                    loop.refused().total(),
                    loop.outstanding(),
                    sample.running(),
                    sample.queued()));
        }
    }

    private Duration settle(CompletionTracker settling) throws Exception {
        long began = System.nanoTime();
        long[] nextTold = {began};
        settling.await(plan.settleLimit(), SETTLE_PAUSE, open -> {
            if (System.nanoTime() - nextTold[0] >= 0) {
                target.tell("Waiting for the ends of " + Figures.count(open) + " tasks.");
                nextTold[0] = System.nanoTime() + TELL_EVERY.toNanos();
            }
        });
        return Duration.ofNanos(System.nanoTime() - began);
    }

    static void sleepUntil(Instant moment) throws InterruptedException {
        Thread.sleep(Duration.between(Instant.now(), moment));
    }
}
