package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.Pace;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals.Vital;
import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.stack.Component;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Tasks whose results are as large as they may be: written by agents, recorded, and read back. */
final class LargeResults {
    private static final int TASKS = 300;
    private static final double RATE = 50;
    private static final int PAYLOAD_BYTES = 200;
    /** A result of 1 MiB, which is the most, has members beside its padding. */
    private static final int RESULT_BYTES = (1 << 20) - 1_024;

    private static final long TASK_MILLIS = 50;
    private static final int READERS = 16;
    private static final int MAX_TRIES = 60;
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);

    private LargeResults() {}

    static Findings run(Target target, Options options) throws Exception {
        int tasks = options.tasks(TASKS);
        Mix mix = options.mix(PAYLOAD_BYTES, RESULT_BYTES).withFixedMillis(TASK_MILLIS);
        LoadPlan plan = LoadPlan.singly(options, Pace.of(tasks, options.rate(RATE)), mix, SETTLE_LIMIT);
        List<ProcessIdentity> before = processes(target);
        AtomicInteger turnedAway = new AtomicInteger();
        Measured measured;
        int whole;
        double seconds;
        List<Vital> vitals;
        try (Vitals watching = target.vitals(LOOK_EVERY)) {
            measured = LoadRun.run(target, plan);
            target.tell("Reading " + Figures.count(measured.log().size()) + " results back.");
            long begun = System.nanoTime();
            whole = readBack(target.tasks(), measured.log(), mix.resultBytes(), turnedAway);
            seconds = (System.nanoTime() - begun) / 1e9;
            vitals = watching.seen();
        }
        boolean lived = before.equals(processes(target));
        int completed = measured.audit().completed();
        List<GoalVerdict> verdicts = new ArrayList<>(List.of(
                GoalVerdict.atLeast("all complete", completed, tasks, Figures.count(completed)),
                GoalVerdict.atLeast("all read back whole", whole, tasks, Figures.count(whole)),
                new GoalVerdict("neither api nor worker ended", lived ? "the same processes" : "others", lived)));
        verdicts.addAll(SteadyLoad.nothingLost(measured.audit()));
        return Findings.of(
                verdicts,
                ReportTable.of(
                        "Large results",
                        "until the last task ended",
                        Figures.seconds(measured.completionMillis(100) / 1e3),
                        "P99 of completion",
                        Figures.millis(measured.completionMillis(99)),
                        "read back in",
                        Figures.seconds(seconds),
                        "reads that were turned away (503) and came again",
                        turnedAway.get(),
                        "peak heap of the api, garbage included",
                        Figures.mebibytes(Vitals.peak(vitals, Vital::apiHeap)),
                        "peak heap of the worker, garbage included",
                        Figures.mebibytes(Vitals.peak(vitals, Vital::workerHeap))),
                Tables.audit(measured.audit()),
                Tables.cores(measured.cores()),
                plan.table());
    }

    private static List<ProcessIdentity> processes(Target target) {
        return Stream.of(Component.API, Component.WORKER)
                .flatMap(component -> ProcessIdentity.readLiving(target.layout().pidFile(component)).stream())
                .toList();
    }

    /** Counts those that are whole. */
    private static int readBack(TaskApi api, TaskLog log, int resultBytes, AtomicInteger turnedAway) throws Exception {
        int whole = 0;
        try (ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
            List<Future<Boolean>> reads = new ArrayList<>();
            for (int i = 0; i < log.size(); i++) {
                UUID id = log.id(i);
                reads.add(readers.submit(() -> isWhole(api, id, resultBytes, turnedAway)));
            }
            for (Future<Boolean> read : reads) {
                whole += read.get() ? 1 : 0;
            }
        }
        return whole;
    }

    private static boolean isWhole(TaskApi api, UUID id, int resultBytes, AtomicInteger turnedAway)
            throws InterruptedException {
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            try {
                return api.task(id)
                        .map(Answers.Task::result)
                        .filter(result -> result.toString().length() >= resultBytes)
                        .isPresent();
            } catch (IOException unavailable) {
                turnedAway.incrementAndGet();
                Thread.sleep(RETRY_PAUSE);
            }
        }
        return false;
    }
}
