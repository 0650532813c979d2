package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.failure.CliFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Set;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Submits single tasks, each some time after the one before has ended, and reads in the API when they started and ended. */
final class OneByOne {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    /** A look costs the API something; the times are not those of the looks. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private static final Set<String> ENDED = Set.of("COMPLETED", "FAILED", "CANCELLED");

    private final ApiClient api;
    private final JsonNode task;
    private final Pauses pauses;
    private final SplittableRandom random;

    /** The range of pauses from an end to the next task, drawn at random. */
    record Pauses(long leastMillis, long mostMillis) {
        String words() {
            return leastMillis + " to " + mostMillis + " ms";
        }
    }

    /** From each task's creation, microseconds. */
    record Times(Histogram toStart, Histogram toEnd) {
        Times() {
            this(Latencies.histogram(), Latencies.histogram());
        }

        /** Adds a task that has completed, as the API shows it. */
        void add(JsonNode view) {
            if (!view.path("status").asString("").equals("COMPLETED")) {
                throw new CliFailure("Task " + view.path("task_id").asString("") + " did not complete: it is "
                        + view.path("status").asString("") + ".");
            }
            Instant created = moment(view, "created_at");
            record(toStart, created, moment(view, "started_at"));
            record(toEnd, created, moment(view, "ended_at"));
        }

        private static void record(Histogram into, Instant from, Instant to) {
            long micros = Latencies.micros(to) - Latencies.micros(from);
            into.recordValue(Math.clamp(micros, 0, into.getHighestTrackableValue()));
        }

        private static Instant moment(JsonNode view, String field) {
            try {
                return Instant.parse(view.path(field).asString(""));
            } catch (DateTimeParseException none) {
                throw new CliFailure("The API shows a completed task without " + field + ": " + view, none);
            }
        }
    }

    OneByOne(Target target, SameTasks tasks, Pauses pauses, long seed) {
        this.api = new ApiClient(target.apiUrl());
        this.task = new JsonMapper().readTree(tasks.single().body());
        this.pauses = pauses;
        this.random = new SplittableRandom(seed);
    }

    Times run(int count) throws InterruptedException {
        Times times = new Times();
        for (int i = 0; i < count; i++) {
            times.add(
                    awaitEnd(api.post("/v1/tasks", task).json().path("task_id").asString("")));
            Thread.sleep(random.nextLong(pauses.leastMillis(), pauses.mostMillis() + 1));
        }
        return times;
    }

    private JsonNode awaitEnd(String id) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            Thread.sleep(LOOK_EVERY);
            JsonNode view = api.get("/v1/tasks/" + id).json();
            if (ENDED.contains(view.path("status").asString(""))) {
                return view;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new CliFailure("Task " + id + " has not ended within " + LIMIT + ": it is "
                        + view.path("status").asString("") + ".");
            }
        }
    }
}
