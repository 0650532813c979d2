package io.agentorchestrator.api.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.api.testkit.EventFeed;
import io.agentorchestrator.api.testkit.TestApi;
import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.store.testkit.Attempts;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A subscriber that reconnects all the time while many transactions commit in any order. */
class ReconnectIT {
    private static final int WRITERS = 8;
    private static final int TASKS_A_WRITER = 625;
    private static final int TASKS_A_BATCH = 5;
    private static final Duration CONNECTED = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final TestApi api = TestApi.start();
    private final BatchStore batches = new BatchStore(api.database().dataSource());
    private final OutcomeStore outcomes = new OutcomeStore(api.database().dataSource());
    private final Map<String, List<String>> statusesByTask = new ConcurrentHashMap<>();
    private final List<String> ids = new ArrayList<>();
    private final Set<String> completed = ConcurrentHashMap.newKeySet();

    @Test
    void missesNothingAndSeesNothingTwice() {
        try (api;
                ExecutorService writers = Executors.newFixedThreadPool(WRITERS + 1)) {
            List<RunKey> runs = IntStream.range(0, WRITERS).mapToObj(n -> dag()).toList();
            String position = connect(null);
            List<CompletableFuture<Void>> writing = new ArrayList<>();
            for (RunKey run : runs) {
                writing.add(CompletableFuture.runAsync(() -> complete(run), writers));
            }
            CompletableFuture<Void> all = CompletableFuture.allOf(writing.toArray(CompletableFuture[]::new));
            CompletableFuture<Void> straggler = CompletableFuture.runAsync(() -> commitLate(all), writers);

            int connections = 1;
            while (!all.isDone() || !straggler.isDone()) {
                position = connect(position);
                connections++;
            }
            all.join();
            int late = stragglers();
            EventFeed rest = api.events("/v1/events", this::see, "Last-Event-ID", String.valueOf(position));
            await().atMost(LIMIT).until(() -> completed.size() >= WRITERS * TASKS_A_WRITER + late);
            rest.close();

            assertThat(connections).isGreaterThan(10);
            assertThat(late).isPositive();
            assertThat(completed).hasSize(WRITERS * TASKS_A_WRITER + late);
            assertThat(ids).doesNotHaveDuplicates();
            Set<List<String>> courses = new HashSet<>(statusesByTask.values());
            assertThat(courses)
                    .as("the events of a task come in the order of its life")
                    .isSubsetOf(
                            List.of("RUNNING", "COMPLETED"),
                            List.of("QUEUED", "COMPLETED"),
                            List.of("QUEUED", "RUNNING", "COMPLETED"));
        }
    }

    /** Listens for a moment; where it got to. */
    private @Nullable String connect(@Nullable String position) {
        String[] headers = position == null ? new String[0] : new String[] {"Last-Event-ID", position};
        EventFeed feed = api.events("/v1/events", this::see, headers);
        Awaitility.await().pollDelay(CONNECTED).until(() -> feed.lastId() != null);
        feed.close();
        return feed.lastId();
    }

    private void see(EventFeed.Event event) {
        synchronized (ids) {
            ids.add(event.id());
        }
        String task = event.text("task_id");
        if (!task.isEmpty()) {
            statusesByTask.computeIfAbsent(task, id -> new ArrayList<>()).add(event.text("status"));
            if (event.text("status").equals("COMPLETED")) {
                completed.add(task);
            }
        }
    }

    private RunKey dag() {
        return new Submissions(api.database().dataSource())
                .dag(
                        OnFailure.CANCEL_DEPENDENTS,
                        "{}",
                        IntStream.range(0, TASKS_A_WRITER)
                                .mapToObj(n -> Node.of("k" + n))
                                .toArray(Node[]::new));
    }

    private void complete(RunKey run) {
        for (int first = 0; first < TASKS_A_WRITER; first += TASKS_A_BATCH) {
            List<Integer> indexes =
                    IntStream.range(first, first + TASKS_A_BATCH).boxed().toList();
            api.database()
                    .client()
                    .sql("update task_state set status = 'RELEASED' where run_id = ? and task_index = any(?)")
                    .params(run.runId(), indexes.toArray(Integer[]::new))
                    .update();
            Map<Object, Integer> byId = new ConcurrentHashMap<>();
            List<Dispatch> dispatches = new ArrayList<>();
            for (BatchTask task : batches.load(run, indexes)) {
                byId.put(task.taskId(), task.index());
                dispatches.add(new Dispatch(task.taskId(), task.epoch(), "agent", null));
            }
            List<AttemptOutcome> ends = batches.dispatch("worker", Map.of(run, dispatches)).stream()
                    .map(begun -> new AttemptOutcome(
                            begun.taskId(),
                            byId.get(begun.taskId()),
                            begun.attempt(),
                            begun.epoch(),
                            "agent",
                            AttemptEnd.Outcome.COMPLETED,
                            "{}",
                            null,
                            null,
                            false,
                            Usage.NONE,
                            Duration.ZERO,
                            null,
                            false))
                    .toList();
            assertThat(Attempts.record(outcomes, run, RunKind.DAG, ends).accepted())
                    .hasSize(TASKS_A_BATCH);
        }
    }

    /** Transactions that write first and commit long after others that began later. */
    private void commitLate(CompletableFuture<Void> others) {
        Submissions submissions = new Submissions(api.database().dataSource());
        while (!others.isDone()) {
            Object id = submissions.task("straggler", Priority.NORMAL);
            api.database()
                    .client()
                    .sql("""
                    with ended as (update task_state set status = 'COMPLETED', ended_at = now() where task_id = ? returning 1)
                    select pg_sleep(0.15) from ended
                    """)
                    .param(id)
                    .query((row, number) -> true)
                    .list();
        }
    }

    private int stragglers() {
        return api.database()
                .client()
                .sql("select count(*) from task_state where task_type = 'straggler'")
                .query(Integer.class)
                .single();
    }
}
