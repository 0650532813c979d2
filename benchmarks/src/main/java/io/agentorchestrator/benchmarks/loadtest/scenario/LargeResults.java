package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.Pace;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals.Vital;
import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
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
import java.util.concurrent.Callable;
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

    static void run(Target target, Options options, Report report) throws Exception {
        int tasks = options.tasks(TASKS);
        Mix mix = options.mix(PAYLOAD_BYTES, RESULT_BYTES).withFixedMillis(TASK_MILLIS);
        LoadPlan plan = LoadPlan.singly(options, Pace.of(tasks, options.rate(RATE)), mix, SETTLE_LIMIT);
        List<ProcessIdentity> before = processes(target);
        AtomicInteger turnedAway = new AtomicInteger();
        try (Vitals vitals = target.vitals(LOOK_EVERY)) {
            Measured measured = LoadRun.run(target, plan);
            target.tell("Reading " + Figures.count(measured.log().size()) + " results back.");
            long begun = System.nanoTime();
            int whole = readBack(target.tasks(), measured.log(), mix.resultBytes(), turnedAway);
            double seconds = (System.nanoTime() - begun) / 1e9;
            boolean lived = before.equals(processes(target));
            report.atLeast("all complete", measured.audit().completed(), tasks, Figures::count)
                    .atLeast("all read back whole", whole, tasks, Figures::count)
                    .goal("neither api nor worker ended", lived ? "the same processes" : "others", lived)
                    .nothingLost(measured.audit())
                    .table(
                            "Large results",
                            "until the last task ended",
                            Figures.seconds(measured.latencies().completionMillis(100) / 1e3),
                            "P99 of completion",
                            Figures.millis(measured.latencies().completionMillis(99)),
                            "read back in",
                            Figures.seconds(seconds),
                            "reads that were turned away (503) and came again",
                            turnedAway.get(),
                            "peak heap of the api, garbage included",
                            Figures.mebibytes(vitals.peak(Vital::apiHeap)),
                            "peak heap of the worker, garbage included",
                            Figures.mebibytes(vitals.peak(Vital::workerHeap)))
                    .tables(ReportTable.audit(measured.audit()), ReportTable.cores(measured.cores()), plan.table());
        }
    }

    private static List<ProcessIdentity> processes(Target target) {
        return Stream.of(Component.API, Component.WORKER)
                .flatMap(component -> ProcessIdentity.readLiving(target.layout().pidFile(component)).stream())
                .toList();
    }

    /** Counts those that are whole. */
    private static int readBack(TaskApi api, TaskLog log, int resultBytes, AtomicInteger turnedAway) throws Exception {
        try (ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
            List<Callable<Boolean>> reads = new ArrayList<>();
            for (int i = 0; i < log.size(); i++) {
                UUID id = log.id(i);
                reads.add(() -> isWhole(api, id, resultBytes, turnedAway));
            }
            int whole = 0;
            for (Future<Boolean> read : readers.invokeAll(reads)) {
                whole += read.get() ? 1 : 0;
            }
            return whole;
        }
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
