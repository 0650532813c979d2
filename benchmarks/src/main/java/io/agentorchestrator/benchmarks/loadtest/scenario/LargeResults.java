package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.RetryMode;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals.Vital;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.scenario.LoadRun.Plan;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import io.agentorchestrator.benchmarks.loadtest.workload.SingleTasks;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.stack.Component;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Tasks whose results are as large as they may be: written by agents, recorded, and read back. */
final class LargeResults implements Scenario {
    private static final int TASKS = 300;
    private static final double RATE = 50;
    private static final int PAYLOAD_BYTES = 200;
    /** A result of 1 MiB, which is the most, has members beside its padding. */
    private static final int RESULT_BYTES = (1 << 20) - 1_024;

    private static final long TASK_MILLIS = 50;
    private static final int READERS = 16;
    private static final int MAX_TRIES = 60;
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
    private static final int UNAVAILABLE = 503;
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);

    @Override
    public String scenarioName() {
        return "large-results";
    }

    @Override
    public String what() {
        return "Runs 300 tasks with results of 1 MiB, unless told otherwise, and reads each of them back, 16 at once.";
    }

    /** The findings of reading the results back. */
    private record ReadBack(int whole, int turnedAway, Duration took) {}

    @Override
    public Report run(Target target, Options options) throws Exception {
        int tasks = options.tasks() == null ? TASKS : options.tasks();
        int result = options.resultBytes() == null ? RESULT_BYTES : options.resultBytes();
        Mix mix = Mix.STANDARD
                .withSizes(options.payloadBytes() == null ? PAYLOAD_BYTES : options.payloadBytes(), result)
                .withFixedMillis(TASK_MILLIS);
        double rate = options.rate() == null ? RATE : options.rate();
        LoadSettings settings = LoadSettings.of(tasks, rate, options.seed());
        Plan plan = new Plan(
                settings,
                mix.typeNames(),
                earlier -> new SingleTasks(mix, settings.seed()),
                new RetryMode.Once(),
                options.fleet(1, rate * mix.meanMillis() / 1e3),
                Disturbance.NONE,
                SETTLE_LIMIT);
        List<ReportTable> circumstances = Tables.circumstances(target);
        List<ProcessIdentity> before = processes(target);
        Measured measured;
        ReadBack back;
        List<Vital> vitals;
        try (Vitals watching =
                new Vitals(target.apiUrl(), target.settings().ports().workerUrl(), LOOK_EVERY)) {
            measured = LoadRun.run(target, plan);
            target.told().accept("Reading " + Figures.count(measured.log().size()) + " results back.");
            back = readBack(new ApiClient(target.apiUrl()), measured.log(), result);
            vitals = watching.seen();
        }
        boolean lived = before.equals(processes(target));
        List<ReportTable> tables = new ArrayList<>(List.of(
                table(measured, back, vitals),
                Tables.audit(measured.audit()),
                Tables.cores(measured.cores()),
                Tables.settings(plan, mix)));
        tables.addAll(circumstances);
        int completed = measured.audit().completed();
        List<GoalVerdict> verdicts = new ArrayList<>();
        verdicts.add(GoalVerdict.atLeast("all complete", completed, tasks, Figures.count(completed)));
        verdicts.add(GoalVerdict.atLeast("all read back whole", back.whole(), tasks, Figures.count(back.whole())));
        verdicts.add(new GoalVerdict("neither api nor worker ended", lived ? "the same processes" : "others", lived));
        verdicts.addAll(SteadyLoad.nothingLost(measured));
        return new Report(scenarioName(), what(), measured.start(), verdicts, tables, null, List.of(), 0);
    }

    private static List<ProcessIdentity> processes(Target target) {
        return Stream.of(Component.API, Component.WORKER)
                .flatMap(component -> ProcessIdentity.readLiving(target.layout().pidFile(component)).stream())
                .toList();
    }

    private static ReadBack readBack(ApiClient api, TaskLog log, int resultBytes) throws Exception {
        AtomicInteger turnedAway = new AtomicInteger();
        long begun = System.nanoTime();
        int whole = 0;
        try (ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
            List<Future<Boolean>> reads = new ArrayList<>();
            for (int i = 0; i < log.size(); i++) {
                String path = "/v1/tasks/" + log.id(i);
                reads.add(readers.submit(() -> isWhole(api, path, resultBytes, turnedAway)));
            }
            for (Future<Boolean> read : reads) {
                whole += read.get() ? 1 : 0;
            }
        }
        return new ReadBack(whole, turnedAway.get(), Duration.ofNanos(System.nanoTime() - begun));
    }

    private static boolean isWhole(ApiClient api, String path, int resultBytes, AtomicInteger turnedAway)
            throws InterruptedException {
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            try {
                return api.get(path).json().path("result").toString().length() >= resultBytes;
            } catch (ApiFailure failure) {
                if (failure.status() != UNAVAILABLE) {
                    throw failure;
                }
                turnedAway.incrementAndGet();
                Thread.sleep(RETRY_PAUSE);
            }
        }
        return false;
    }

    private static ReportTable table(Measured measured, ReadBack back, List<Vital> vitals) {
        SequencedMap<String, String> rows = new LinkedHashMap<>();
        rows.put("until the last task ended", Figures.seconds(measured.completionMillis(100) / 1e3));
        rows.put("P99 of completion", Figures.millis(measured.completionMillis(99)));
        rows.put("read back in", Figures.seconds(back.took().toMillis() / 1e3));
        rows.put("reads that were turned away (503) and came again", Figures.count(back.turnedAway()));
        rows.put("peak heap of the api, garbage included", peak(vitals, Vital::apiHeap));
        rows.put("peak heap of the worker, garbage included", peak(vitals, Vital::workerHeap));
        return ReportTable.of("Large results", "", "", rows);
    }

    private static String peak(List<Vital> vitals, ToDoubleFunction<Vital> heap) {
        return Figures.mebibytes(vitals.stream().mapToDouble(heap).max().orElse(0));
    }
}
