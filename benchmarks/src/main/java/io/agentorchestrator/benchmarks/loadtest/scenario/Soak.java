package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.RetryMode;
import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.measure.Timeline;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals.Vital;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.scenario.LoadRun.Plan;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix;
import io.agentorchestrator.benchmarks.loadtest.workload.SingleTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** A long run at half of what is possible, which must end as it began. */
final class Soak implements Scenario {
    /** Half of the rate that high-throughput asks for; half of what `max` found is given by --rate. */
    private static final double RATE = 500;

    private static final Duration DURATION = Duration.ofMinutes(30);
    private static final Duration WARM_UP = Duration.ofMinutes(1);
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(3);
    /** Runs of less than this many minutes are cut into this many windows. */
    private static final int LEAST_WINDOWS = 6;

    private static final double MEBIBYTE = 1 << 20;

    private static final Drift SUBMISSION = new Drift("P99 of submission", 1.5, 10, Figures::millis);
    private static final Drift COMPLETION = new Drift("P99 of completion", 1.5, 50, Figures::millis);
    private static final Drift API_HEAP = new Drift("heap of the api", 1.3, 32 * MEBIBYTE, Figures::mebibytes);
    private static final Drift WORKER_HEAP = new Drift("heap of the worker", 1.3, 32 * MEBIBYTE, Figures::mebibytes);
    private static final Drift CONNECTIONS = new Drift("connections to PostgreSQL", 1, 5, Figures::decimal);
    private static final Drift DEAD_ROWS = new Drift("dead rows", 2, 50_000, Figures::decimal);
    private static final Drift GROWTH = new Drift("growth of the tables a task", 1.25, 500, Figures::decimal);

    /** The findings in one stretch of the measured time. */
    private record Window(
            double submissionP99,
            double completionP99,
            double apiHeap,
            double workerHeap,
            double connections,
            double deadRows,
            double bytesPerTask) {}

    @Override
    public String scenarioName() {
        return "soak";
    }

    @Override
    public String what() {
        return "Submits the standard mix at half of what is possible, for half an hour unless told otherwise, and compares the end"
                + " with the beginning.";
    }

    @Override
    public Report run(Target target, Options options) throws Exception {
        List<ReportTable> circumstances = Tables.circumstances(target);
        Mix mix = SteadyLoad.mixOf(options);
        LoadSettings settings = options.or(RATE, DURATION, WARM_UP);
        Plan plan = new Plan(
                settings,
                mix.typeNames(),
                earlier -> new SingleTasks(mix, settings.seed()),
                new RetryMode.Once(),
                options.fleet(1, settings.rate() * mix.meanMillis() / 1e3),
                Disturbance.NONE,
                SETTLE_LIMIT);
        Measured measured;
        List<Vital> vitals;
        try (Vitals watching =
                new Vitals(target.apiUrl(), target.settings().ports().workerUrl(), LOOK_EVERY)) {
            measured = LoadRun.run(target, plan);
            vitals = watching.seen();
        }
        List<Window> windows = windows(measured, vitals);
        List<ReportTable> tables = new ArrayList<>(List.of(
                Tables.throughput(measured),
                table(windows),
                Tables.audit(measured.audit()),
                Tables.cores(measured.cores()),
                Tables.settings(plan, mix)));
        tables.addAll(circumstances);
        return new Report(
                scenarioName(),
                what(),
                measured.start(),
                verdicts(measured, windows),
                tables,
                measured.latencies(),
                Timeline.of(measured.start(), measured.log(), measured.ends()),
                (int) settings.warmUp().toSeconds());
    }

    private static List<GoalVerdict> verdicts(Measured measured, List<Window> windows) {
        List<GoalVerdict> verdicts = new ArrayList<>();
        verdicts.add(drift(SUBMISSION, windows, Window::submissionP99));
        verdicts.add(drift(COMPLETION, windows, Window::completionP99));
        verdicts.add(drift(API_HEAP, windows, Window::apiHeap));
        verdicts.add(drift(WORKER_HEAP, windows, Window::workerHeap));
        verdicts.add(drift(CONNECTIONS, windows, Window::connections));
        verdicts.add(drift(DEAD_ROWS, windows, Window::deadRows));
        verdicts.add(drift(GROWTH, windows, Window::bytesPerTask));
        verdicts.add(GoalVerdict.none("tasks shed or refused", measured.refusedTasks()));
        verdicts.addAll(SteadyLoad.nothingLost(measured));
        return verdicts;
    }

    private static GoalVerdict drift(Drift drift, List<Window> windows, Function<Window, Double> value) {
        return drift.verdict(windows.stream().map(value).toList());
    }

    private static List<Window> windows(Measured measured, List<Vital> vitals) {
        Duration whole = measured.plan().settings().duration();
        Duration short1 = whole.dividedBy(LEAST_WINDOWS);
        Duration length = short1.compareTo(WINDOW) < 0 ? short1 : WINDOW;
        List<Window> windows = new ArrayList<>();
        for (Instant from = measured.from(); !from.plus(length).isAfter(measured.to()); from = from.plus(length)) {
            windows.add(window(from, from.plus(length), measured, vitals));
        }
        return windows;
    }

    private static Window window(Instant from, Instant to, Measured measured, List<Vital> vitals) {
        Latencies latencies = Latencies.between(from, to, measured.log(), measured.ends());
        List<Vital> seen = vitals.stream()
                .filter(each -> !each.at().isBefore(from) && each.at().isBefore(to))
                .toList();
        return new Window(
                Latencies.millis(latencies.submission(), 99),
                Latencies.millis(latencies.completion(), 99),
                // The least of what was in use comes right after a collection.
                least(seen, Vital::apiHeap),
                least(seen, Vital::workerHeap),
                seen.stream().mapToLong(Vital::connections).max().orElse(0),
                seen.stream().mapToLong(Vital::deadRows).max().orElse(0),
                growthPerSecond(seen) / measured.plan().settings().rate());
    }

    /** The worker looks at its tables less often than it is looked at: what counts is when a new figure was first seen. */
    private static double growthPerSecond(List<Vital> seen) {
        List<Vital> fresh = new ArrayList<>();
        for (int i = 1; i < seen.size(); i++) {
            if (seen.get(i).tableBytes() != seen.get(i - 1).tableBytes()) {
                fresh.add(seen.get(i));
            }
        }
        if (fresh.size() < 2) {
            return 0;
        }
        Duration between =
                Duration.between(fresh.getFirst().at(), fresh.getLast().at());
        return (fresh.getLast().tableBytes() - fresh.getFirst().tableBytes()) / (between.toMillis() / 1e3);
    }

    private static double least(List<Vital> seen, ToDoubleFunction<Vital> heap) {
        return seen.stream().mapToDouble(heap).filter(bytes -> bytes > 0).min().orElse(0);
    }

    private static ReportTable table(List<Window> windows) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            Window window = windows.get(i);
            rows.add(List.of(
                    Integer.toString(i + 1),
                    Figures.millis(window.submissionP99()),
                    Figures.millis(window.completionP99()),
                    Figures.mebibytes(window.apiHeap()),
                    Figures.mebibytes(window.workerHeap()),
                    Figures.count((long) window.connections()),
                    Figures.count((long) window.deadRows()),
                    Figures.count((long) window.bytesPerTask())));
        }
        return new ReportTable(
                "Windows (heap: the least seen, which is after a collection)",
                List.of(
                        "window",
                        "P99 submission",
                        "P99 completion",
                        "api heap",
                        "worker heap",
                        "connections",
                        "dead rows",
                        "table bytes a task"),
                rows);
    }
}
