package io.agentorchestrator.benchmarks.loadtest.outcome;

import io.agentorchestrator.benchmarks.loadtest.outcome.Ends.Status;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.failure.CliFailure;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * Reads what a load test has to know of the stack under test, by its API. An {@code IOException} says that the API, or its store, does not
 * answer at the moment (the chaos kills both); what it refuses is an {@link ApiFailure}. Thread-safe.
 */
public final class TaskApi {
    private static final int PAGE_TASKS = 1_000;

    private final ApiClient api;

    /** Tasks of some types that are at agents, and that wait for them. */
    public record Depth(long running, long queued) {
        /** Both. */
        public long open() {
            return running + queued;
        }
    }

    /**
     * The outcome of an ended task; microseconds of the epoch.
     *
     * @param startedMicros of its first attempt; 0 if it had none
     */
    public record End(UUID id, Status status, long startedMicros, long endedMicros, int attempts) {}

    /** @param apiUrl such as {@code http://127.0.0.1:8080} */
    public TaskApi(String apiUrl) {
        this.api = new ApiClient(apiUrl);
    }

    /** Counts the tasks of these types that run on agents, and those that wait for them. */
    public Depth depth(List<String> types) throws IOException, InterruptedException {
        long running = 0;
        long queued = 0;
        for (JsonNode queue : get("/v1/queues").path("queues")) {
            if (types.contains(queue.path("agent_type").asString(""))) {
                running += queue.path("in_flight").asLong(0);
                queued += queue.path("depth").asLong(0);
            }
        }
        return new Depth(running, queued);
    }

    /** Reads the tasks of these types that have ended, the newest first, down to an id. */
    public void ended(List<String> types, UUID oldest, Consumer<End> found) throws IOException, InterruptedException {
        String list = "/v1/tasks?limit=" + PAGE_TASKS + (types.size() == 1 ? "&task_type=" + types.getFirst() : "");
        String cursor = "";
        boolean more = true;
        while (more) {
            JsonNode page = get(list + cursor);
            boolean reached = false;
            for (JsonNode task : page.path("tasks")) {
                end(task).ifPresent(found);
                reached = compareUnsigned(id(task), oldest) <= 0;
            }
            String next = page.path("next_cursor").asString("");
            more = !reached && !next.isEmpty();
            cursor = "&cursor=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
        }
    }

    /** A task with its attempts, as the API shows it; empty where there is none. */
    public Optional<JsonNode> task(UUID id) throws IOException, InterruptedException {
        try {
            return Optional.of(get("/v1/tasks/" + id));
        } catch (ApiFailure failure) {
            if (failure.status() == 404) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    /** Reads the outcome of a task, if it has ended. */
    static Optional<End> end(JsonNode task) {
        return switch (task.path("status").asString("")) {
            case "COMPLETED" -> Optional.of(end(task, Status.COMPLETED));
            case "FAILED" -> Optional.of(end(task, Status.FAILED));
            case "CANCELLED" -> Optional.of(end(task, Status.CANCELLED));
            default -> Optional.empty();
        };
    }

    private static End end(JsonNode task, Status status) {
        return new End(
                id(task),
                status,
                micros(task, "started_at"),
                micros(task, "ended_at"),
                task.path("attempt").asInt(0));
    }

    private static UUID id(JsonNode task) {
        return UUID.fromString(task.path("task_id").asString(""));
    }

    /** A moment in microseconds of the epoch; 0 where there is none. */
    static long micros(JsonNode view, String field) {
        String text = view.path(field).asString("");
        try {
            return text.isEmpty() ? 0 : ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(text));
        } catch (DateTimeParseException wrong) {
            throw new CliFailure("The API shows a task whose " + field + " is no time: " + view, wrong);
        }
    }

    /** Counts the ready agents that serve a type and were heard of within a time. */
    public int agents(String type, Duration heardWithin) throws IOException, InterruptedException {
        Instant since = Instant.now().minus(heardWithin);
        return count(agent -> agent.path("state").asString("").equals("READY")
                && agent.path("agent_types")
                        .valueStream()
                        .anyMatch(each -> each.asString("").equals(type))
                && Instant.parse(agent.path("last_heartbeat_at").asString("")).isAfter(since));
    }

    /** Counts the agents of which circuit breakers count failures. */
    public int blamedAgents() throws IOException, InterruptedException {
        return count(agent -> agent.at("/breaker/failures").asInt(0) > 0
                || !agent.at("/breaker/state").asString("").equals("CLOSED"));
    }

    private int count(Predicate<JsonNode> agents) throws IOException, InterruptedException {
        return (int)
                get("/v1/agents").path("agents").valueStream().filter(agents).count();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        try {
            return api.get(path).json();
        } catch (ApiFailure failure) {
            if (failure.status() / 100 == 5 || failure.passing()) {
                throw new IOException(failure.getMessage(), failure);
            }
            throw failure;
        } catch (CliFailure away) {
            throw new IOException(away.getMessage(), away);
        }
    }

    /** The API's order; UUID's own compares signed numbers. */
    static int compareUnsigned(UUID left, UUID right) {
        int high = Long.compareUnsigned(left.getMostSignificantBits(), right.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(left.getLeastSignificantBits(), right.getLeastSignificantBits());
    }
}
