package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.failure.CliFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Submits single tasks, each some time after the one before has ended, and reads in the API when they started and ended. */
final class OneByOne {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    /** A look costs the API something; the times are not those of the looks. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private static final Set<String> ENDED = Set.of("COMPLETED", "FAILED", "CANCELLED");

    private final ApiClient api;
    private final byte[] task;
    private final long leastMillis;
    private final long mostMillis;
    private final SplittableRandom random;

    /** From each task's creation, microseconds. */
    record Times(Histogram toStart, Histogram toEnd) {
        Times() {
            this(Latencies.histogram(), Latencies.histogram());
        }

        /** Adds a task that has completed, as the API shows it. */
        void add(Answers.Task view) {
            if (!view.status().equals("COMPLETED")) {
                throw new CliFailure("Task " + view.taskId() + " did not complete: it is " + view.status() + ".");
            }
            record(toStart, view, "started_at", view.startedAt());
            record(toEnd, view, "ended_at", view.endedAt());
        }

        private static void record(Histogram into, Answers.Task view, String field, @Nullable String at) {
            if (at == null) {
                throw new CliFailure("The API shows a completed task without " + field + ": " + view);
            }
            Latencies.record(into, ChronoUnit.MICROS.between(Instant.parse(view.createdAt()), Instant.parse(at)));
        }

        ReportTable table() {
            return ReportTable.percentiles(
                    "From created", List.of("percentile", "to started", "to ended"), toStart, toEnd, 50, 90, 99, 100);
        }
    }

    /**
     * Submits nothing yet.
     *
     * @param leastMillis of a pause from an end to the next task, drawn at random
     */
    OneByOne(Target target, SameTasks tasks, long leastMillis, long mostMillis, long seed) {
        this.api = new ApiClient(target.apiUrl());
        this.task = tasks.single().body();
        this.leastMillis = leastMillis;
        this.mostMillis = mostMillis;
        this.random = new SplittableRandom(seed);
    }

    /** The range of pauses, for the report. */
    String pauses() {
        return leastMillis + " to " + mostMillis + " ms";
    }

    /** Runs so many. */
    Times run(int count) throws InterruptedException {
        return run(done -> done < count);
    }

    /** Runs them until a moment. */
    Times until(Instant end) throws InterruptedException {
        return run(done -> Instant.now().isBefore(end));
    }

    private Times run(IntPredicate goesOn) throws InterruptedException {
        Times times = new Times();
        for (int done = 0; goesOn.test(done); done++) {
            times.add(awaitEnd(api.post("/v1/tasks", task, "application/json", Map.of())
                    .as(Answers.AcceptedTask.class)
                    .taskId()));
            Thread.sleep(random.nextLong(leastMillis, mostMillis + 1));
        }
        return times;
    }

    private Answers.Task awaitEnd(String id) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            Thread.sleep(LOOK_EVERY);
            Answers.Task view = api.get("/v1/tasks/" + id).as(Answers.Task.class);
            if (ENDED.contains(view.status())) {
                return view;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new CliFailure(
                        "Task " + id + " has not ended within " + LIMIT + ": it is " + view.status() + ".");
            }
        }
    }
}
