package io.agentorchestrator.store.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.store.event.EventReader.Position;
import io.agentorchestrator.store.event.EventReader.StoredEvent;
import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.store.testkit.Attempts;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventRaceIT {
    private static final int WRITERS = 8;
    private static final int DAGS_PER_WRITER = 25;
    private static final int TASKS_PER_DAG = 25;
    private static final int TASKS = WRITERS * DAGS_PER_WRITER * TASKS_PER_DAG;
    private static final int MAX_BATCH = 10;
    private static final int MAX_PAGE = 500;

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final BatchStore batches = new BatchStore(database.dataSource());
    private final OutcomeStore outcomes = new OutcomeStore(database.dataSource());
    private final EventReader events = new EventReader(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aReaderThatKeepsOnlyItsPositionMissesNothingWhileManyWrite() throws Exception {
        List<StoredEvent> seen = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(WRITERS)) {
            List<Future<Void>> writers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                writers.add(pool.submit(writer()));
            }
            // What a client would send back: the text of its last event's id, and nothing else.
            String[] last = {events.beginning().toString()};
            await().atMost(Duration.ofMinutes(2))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        boolean written = writers.stream().allMatch(Future::isDone);
                        List<StoredEvent> page = read(last[0]);
                        while (!page.isEmpty()) {
                            seen.addAll(page);
                            last[0] = page.getLast().position().toString();
                            page = read(last[0]);
                        }
                        return written;
                    });
            for (Future<Void> writer : writers) {
                writer.get();
            }
        }

        assertThat(seen)
                .extracting(StoredEvent::position)
                .doesNotHaveDuplicates()
                .isSortedAccordingTo(Comparator.naturalOrder());
        Map<UUID, List<String>> byTask = new HashMap<>();
        for (StoredEvent event : seen) {
            UUID task = event.taskId();
            if (task != null) {
                byTask.computeIfAbsent(task, key -> new ArrayList<>()).add(event.status());
            }
        }
        assertThat(byTask).hasSize(TASKS);
        assertThat(byTask.values())
                .allSatisfy(statuses -> assertThat(statuses).containsExactly("QUEUED", "RUNNING", "COMPLETED"));
        assertThat(seen).hasSize(3 * TASKS + 2 * WRITERS * DAGS_PER_WRITER);
    }

    private List<StoredEvent> read(String last) {
        int limit = 1 + ThreadLocalRandom.current().nextInt(MAX_PAGE);
        return events.after("default", null, Position.parse(last).orElseThrow(), limit);
    }

    /** DAGs of tasks that all may run: each is submitted, dispatched in batches and recorded, as fast as it goes. */
    private Callable<Void> writer() {
        return () -> {
            Submissions submissions = new Submissions(database.dataSource());
            Node[] nodes = IntStream.range(0, TASKS_PER_DAG)
                    .mapToObj(i -> Node.of("n" + i))
                    .toArray(Node[]::new);
            for (int dag = 0; dag < DAGS_PER_WRITER; dag++) {
                RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", nodes);
                database.client()
                        .sql("update task_state set status = 'RELEASED' where run_id = ?")
                        .param(run.runId())
                        .update();
                for (int from = 0; from < TASKS_PER_DAG; ) {
                    int to = Math.min(
                            TASKS_PER_DAG,
                            from + 1 + ThreadLocalRandom.current().nextInt(MAX_BATCH));
                    complete(run, IntStream.range(from, to).boxed().toList());
                    from = to;
                }
            }
            return null;
        };
    }

    private void complete(RunKey run, List<Integer> batch) {
        List<BatchTask> tasks = batches.load(run, batch);
        Map<UUID, BatchTask> byId = new HashMap<>();
        tasks.forEach(task -> byId.put(task.taskId(), task));
        List<AttemptOutcome> completed = new ArrayList<>();
        for (Dispatch.Begun begun : batches.dispatch(
                "worker-1",
                Map.of(
                        run,
                        tasks.stream()
                                .map(task -> new Dispatch(task.taskId(), task.epoch(), "agent-1", null))
                                .toList()))) {
            BatchTask task = byId.get(begun.taskId());
            if (task != null) {
                completed.add(Attempts.outcome(task, begun, AttemptEnd.Outcome.COMPLETED));
            }
        }
        Attempts.record(outcomes, run, RunKind.DAG, completed);
    }
}
