package io.agentorchestrator.benchmarks.loadtest.outcome;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog.End;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog.Status;
import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.failure.CliFailure;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a load test has to know of the stack under test, by its API. An {@code IOException} says that the API, or its store, does not
 * answer at the moment (the chaos kills both); what it refuses is an {@link ApiFailure}. Thread-safe.
 */
public final class TaskApi {
    private static final int PAGE_TASKS = 1_000;
    private final ApiClient api;
    /** The same API, for each tenant whose tasks are read. */
    private final List<ApiClient> tenants;

    /** Tasks of some types that are at agents, and that wait for them. */
    public record Depth(long running, long queued) {
        /** Both. */
        public long open() {
            return running + queued;
        }
    }

    /** @param apiUrl such as {@code http://127.0.0.1:8080} */
    public TaskApi(String apiUrl) {
        this(new ApiClient(apiUrl));
    }

    private TaskApi(ApiClient api) {
        this(api, List.of(api));
    }

    private TaskApi(ApiClient api, List<ApiClient> tenants) {
        this.api = api;
        this.tenants = tenants;
    }

    /** The same API, read for a tenant. */
    public TaskApi ofTenant(String tenant) {
        return new TaskApi(api.ofTenant(tenant));
    }

    /** The same API, read for all of these tenants. */
    public TaskApi ofTenants(List<String> names) {
        return new TaskApi(api, names.stream().map(api::ofTenant).toList());
    }

    /** Counts the tasks of these types that run on agents, and those that wait for them. */
    public Depth depth(List<String> types) throws IOException, InterruptedException {
        long running = 0;
        long queued = 0;
        for (ApiClient tenant : tenants) {
            for (Answers.Queue queue :
                    get(tenant, "/v1/queues", Answers.QueueList.class).queues()) {
                if (types.contains(queue.agentType())) {
                    running += queue.inFlight();
                    queued += queue.depth();
                }
            }
        }
        return new Depth(running, queued);
    }

    /** Reads the tasks of these types that have ended, the newest first, down to an id. */
    public void ended(List<String> types, UUID oldest, BiConsumer<UUID, End> found)
            throws IOException, InterruptedException {
        for (ApiClient tenant : tenants) {
            ended(tenant, types, oldest, found);
        }
    }

    private static void ended(ApiClient tenant, List<String> types, UUID oldest, BiConsumer<UUID, End> found)
            throws IOException, InterruptedException {
        String list = "/v1/tasks?limit=" + PAGE_TASKS + (types.size() == 1 ? "&task_type=" + types.getFirst() : "");
        String cursor = "";
        boolean reached = false;
        while (cursor != null && !reached) {
            Answers.TaskPage page = get(tenant, list + cursor, Answers.TaskPage.class);
            for (Answers.Task task : page.tasks()) {
                UUID id = UUID.fromString(task.taskId());
                end(task).ifPresent(end -> found.accept(id, end));
                reached = compareUnsigned(id, oldest) <= 0;
            }
            cursor = page.nextCursor() == null
                    ? null
                    : "&cursor=" + URLEncoder.encode(page.nextCursor(), StandardCharsets.UTF_8);
        }
    }

    /** A task with its attempts; empty where there is none. */
    public Optional<Answers.Task> task(UUID id) throws IOException, InterruptedException {
        for (ApiClient tenant : tenants) {
            Optional<Answers.Task> found = find(tenant, "/v1/tasks/" + id, Answers.Task.class);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** Reads the outcome of a task, if it has ended. */
    static Optional<End> end(Answers.Task task) {
        return Arrays.stream(Status.values())
                .filter(status -> status.name().equals(task.status()))
                .findFirst()
                .map(status -> new End(status, micros(task.startedAt()), micros(task.endedAt()), task.attempt()));
    }

    /** A moment in microseconds of the epoch; 0 where there is none. */
    static long micros(@Nullable String time) {
        return time == null ? 0 : TaskLog.micros(Instant.parse(time));
    }

    /** Counts the ready agents that serve a type and were heard of within a time. */
    public long agents(String type, Duration heardWithin) throws IOException, InterruptedException {
        Instant since = Instant.now().minus(heardWithin);
        return count(agent -> agent.state().equals("READY")
                && agent.agentTypes().contains(type)
                && Instant.parse(agent.lastHeartbeatAt()).isAfter(since));
    }

    /** Counts the agents of which circuit breakers count failures. */
    public long blamedAgents() throws IOException, InterruptedException {
        return count(agent ->
                agent.breaker().failures() > 0 || !agent.breaker().state().equals("CLOSED"));
    }

    private long count(Predicate<Answers.Agent> agents) throws IOException, InterruptedException {
        return get(api, "/v1/agents", Answers.AgentList.class).agents().stream()
                .filter(agents)
                .count();
    }

    /** Reads the value of a setting. */
    public String setting(String name) throws IOException, InterruptedException {
        return get(api, "/v1/settings", Answers.SettingList.class).settings().stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IOException("there is no setting " + name))
                .value();
    }

    /** Changes a setting; within seconds all go by it. */
    public void set(String name, String value) throws InterruptedException {
        api.put("/v1/settings/" + name, Map.of("value", value));
    }

    private static <T> T get(ApiClient tenant, String path, Class<T> type) throws IOException, InterruptedException {
        return find(tenant, path, type).orElseThrow(() -> new IOException("nothing at " + path));
    }

    private static <T> Optional<T> find(ApiClient tenant, String path, Class<T> type)
            throws IOException, InterruptedException {
        try {
            return tenant.find(path).map(answer -> answer.as(type));
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
