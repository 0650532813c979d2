package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals.Vital;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/** A long run at half of what is possible, which must end as it began. */
final class Soak {
    /** Half of the rate that high-throughput asks for; half of what `max` found is given by --rate. */
    private static final double RATE = 500;

    private static final Duration DURATION = Duration.ofMinutes(30);
    private static final Duration WARM_UP = Duration.ofMinutes(1);
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(3);
    /** Runs of less than this many minutes are cut into this many windows. */
    private static final int LEAST_WINDOWS = 6;

    private static final List<Watched> WATCHED = List.of(
            new Watched(
                    "P99 submission",
                    new Drift("P99 of submission", 1.5, 10, Figures::millis),
                    Figures::millis,
                    window -> window.latencies().submissionMillis(99)),
            new Watched(
                    "P99 completion",
                    new Drift("P99 of completion", 1.5, 50, Figures::millis),
                    Figures::millis,
                    window -> window.latencies().completionMillis(99)),
            new Watched(
                    "api heap",
                    Drift.ofHeap("heap of the api"),
                    Figures::mebibytes,
                    window -> Vitals.least(window.seen(), Vital::apiHeap)),
            new Watched(
                    "worker heap",
                    Drift.ofHeap("heap of the worker"),
                    Figures::mebibytes,
                    window -> Vitals.least(window.seen(), Vital::workerHeap)),
            new Watched(
                    "connections",
                    new Drift("connections to PostgreSQL", 1, 5, Figures::decimal),
                    Figures::count,
                    window -> Vitals.peak(window.seen(), Vital::connections)),
            new Watched(
                    "dead rows",
                    new Drift("dead rows", 2, 50_000, Figures::decimal),
                    Figures::count,
                    window -> Vitals.peak(window.seen(), Vital::deadRows)),
            new Watched(
                    "table bytes a task",
                    new Drift("growth of the tables a task", 1.25, 500, Figures::decimal),
                    Figures::count,
                    Window::bytesPerTask));

    private Soak() {}

    /**
     * Something that must not creep up.
     *
     * @param column its name in the table of windows
     */
    private record Watched(String column, Drift drift, DoubleFunction<String> shown, Function<Window, Double> value) {}

    /** The findings in one stretch of the measured time, at this many tasks a second. */
    private record Window(Latencies latencies, List<Vital> seen, double rate) {
        static Window of(Instant from, Instant to, Measured measured, List<Vital> vitals) {
            return new Window(
                    Latencies.between(from, to, measured.log()),
                    Vitals.between(vitals, from, to),
                    measured.plan().pace().tasksPerSecond());
        }

        /** The worker looks at its tables less often than it is looked at: what counts is when a new figure was first seen. */
        double bytesPerTask() {
            List<Vital> fresh = IntStream.range(1, seen.size())
                    .filter(i -> seen.get(i).tableBytes() != seen.get(i - 1).tableBytes())
                    .mapToObj(seen::get)
                    .toList();
            return Vitals.perSecond(fresh, Vital::tableBytes) / rate;
        }
    }

    static void run(Target target, Options options, Report report) throws Exception {
        LoadPlan plan = LoadPlan.singly(options, options.pace(RATE, WARM_UP, DURATION), options.mix(), SETTLE_LIMIT);
        try (Vitals vitals = target.vitals(LOOK_EVERY)) {
            Measured measured = LoadRun.run(target, plan);
            Duration part = plan.pace().length().dividedBy(LEAST_WINDOWS);
            Duration length = part.compareTo(WINDOW) < 0 ? part : WINDOW;
            List<Window> windows = new ArrayList<>();
            for (Instant from = measured.from(); !from.plus(length).isAfter(measured.to()); from = from.plus(length)) {
                windows.add(Window.of(from, from.plus(length), measured, vitals.seen()));
            }
            for (Watched each : WATCHED) {
                report.goal(
                        each.drift().verdict(windows.stream().map(each.value()).toList()));
            }
            report.none("tasks shed or refused", measured.refused().total()).nothingLost(measured.audit());
            measured.tell(report, table(windows));
        }
    }

    private static ReportTable table(List<Window> windows) {
        List<String> header = new ArrayList<>(List.of("window"));
        WATCHED.forEach(each -> header.add(each.column()));
        List<List<String>> rows = new ArrayList<>();
        for (Window window : windows) {
            List<String> row = new ArrayList<>(List.of(Integer.toString(rows.size() + 1)));
            WATCHED.forEach(each -> row.add(each.shown().apply(each.value().apply(window))));
            rows.add(row);
        }
        return new ReportTable("Windows (heap: the least seen, which is after a collection)", header, rows);
    }
}
