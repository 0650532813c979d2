package io.agentorchestrator.store.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.state.DependentWrites.Satisfied;
import io.agentorchestrator.store.state.DependentWrites.Why;
import io.agentorchestrator.store.state.OutcomeWrites.Ending;
import io.agentorchestrator.store.testkit.Attempts;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.planner.EndCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Every writer meets every status: only legal transitions happen, all of the table's happen, and nobody else writes. */
class WritersIT {
    private static final String AT_AGENT = "agent-1";

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final JdbcClient client = database.client();

    @AfterEach
    void close() {
        database.close();
    }

    /** A way to write a task that is the first of a run, or in none. */
    private interface Writer {
        void write(RunKey run, UUID task);
    }

    @Test
    void onlyLegalTransitionsHappenAndEveryOneOfThem() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));
        UUID inRun =
                client.sql("select task_id from task_state").query(UUID.class).single();
        UUID standalone = submissions.task("t", Priority.NORMAL);
        Map<TaskStatus, Set<TaskStatus>> seen = new TreeMap<>();
        writers().forEach((name, writer) -> {
            for (TaskStatus from : TaskStatus.values()) {
                for (UUID task : List.of(inRun, standalone)) {
                    if (task.equals(standalone) && !isPossibleInNoRun(from)) {
                        continue;
                    }
                    set(inRun, run, task.equals(inRun) ? from : TaskStatus.COMPLETED);
                    set(standalone, null, task.equals(standalone) ? from : TaskStatus.COMPLETED);
                    database.client().sql("truncate task_attempt").update();

                    writer.write(run, task);

                    TaskStatus to = status(task);
                    assertThat(TaskTransitions.isLegal(from, to))
                            .as("%s: %s -> %s", name, from, to)
                            .isTrue();
                    if (from != to) {
                        seen.computeIfAbsent(from, key -> EnumSet.noneOf(TaskStatus.class))
                                .add(to);
                    }
                }
            }
        });
        for (TaskStatus from : EnumSet.complementOf(EnumSet.of(TaskStatus.PENDING))) {
            assertThat(seen.get(from)).as(from.name()).isEqualTo(TaskTransitions.after(from));
        }
    }

    @Test
    void nobodyElseWritesTaskStateOrTheCountersOfRuns() throws IOException {
        Pattern write = Pattern.compile(
                "(update|insert into|delete from|merge into)\\s+task_state|update\\s+run\\b[^\"]{0,80}\\bopen_count");
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            List<Path> writers = new ArrayList<>();
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                if (write.matcher(Files.readString(file)).find()) {
                    writers.add(file);
                }
            }
            assertThat(writers)
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(file.getParent()).hasFileName("state"));
        }
    }

    /**
     * Statistics know nothing of statuses in which tasks stay for seconds. A writer that lets the planner find its tasks by status reads all
     * that have it, however many those are.
     */
    @Test
    void aWriterReadsItsOwnTasksOnly() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));
        UUID task =
                client.sql("select task_id from task_state").query(UUID.class).single();
        insertOthers("COMPLETED", 30_000);
        client.sql("analyze task_state").update();
        for (TaskStatus status : TaskStatus.values()) {
            insertOthers(status.name(), 500);
        }
        TransactionTemplate transaction =
                new TransactionTemplate(new DataSourceTransactionManager(database.dataSource()));
        Map<String, Long> read = new TreeMap<>();
        Map<String, Writer> writers = writers();
        assertThat(writers.remove("told again")).as("a sweep").isNotNull();
        writers.forEach((name, writer) -> {
            for (TaskStatus from : TaskStatus.values()) {
                set(task, run, from);
                transaction.executeWithoutResult(status -> {
                    long before = rowsRead();
                    writer.write(run, task);
                    read.merge(name, rowsRead() - before, Math::max);
                    status.setRollbackOnly();
                });
            }
        });
        assertThat(read).allSatisfy((name, rows) -> assertThat(rows).as(name).isLessThan(100));
    }

    private void insertOthers(String status, int count) {
        client.sql("""
                        insert into task_state (task_id, tenant, task_type, priority, status, run_id, run_number, task_index, waiting_on,
                          attempt, epoch, agent_id, worker_id, queued_at, released_at)
                        select uuidv7(), 'default', 't', 'NORMAL', ?::task_status, uuidv7(), 1, 0, 1, 1, 1, 'agent-1', 'w', now(), now()
                        from generate_series(1, ?)
                        """).params(status, count).update();
    }

    /** Rows of task_state that the connection has read of late. */
    private long rowsRead() {
        return client.sql("""
                        select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) from pg_stat_xact_all_tables
                        where relname like 'task\\_state%'
                        """).query(Long.class).single();
    }

    private Map<String, Writer> writers() {
        DispatchWrites dispatches = new DispatchWrites(client);
        AdoptionWrites adoptions = new AdoptionWrites(client);
        OutcomeWrites outcomes = new OutcomeWrites(client);
        DependentWrites dependents = new DependentWrites(client);
        PlannedWrites planned = new PlannedWrites(client);
        ReleaseWrites releases = new ReleaseWrites(client);
        CommandWrites commands = new CommandWrites(client);
        RerunWrites reruns = new RerunWrites(client);
        List<Decision.Cancellation> cancelled = List.of(Attempts.cancellation(0));
        Map<String, Writer> writers = new LinkedHashMap<>();
        writers.put(
                "dispatch",
                (run, task) -> dispatches.dispatch("w", Map.of(run, List.of(new Dispatch(task, 1, AT_AGENT, null)))));
        writers.put("accepted", (run, task) -> dispatches.accepted(List.of(new Accepted(task, 1, Duration.ZERO))));
        writers.put(
                "requeue dispatched",
                (run, task) -> dispatches.requeue(run, Map.of(task, 1), Set.of(), Map.of(), true));
        writers.put("take over", (run, task) -> dispatches.takeOver("w", run, Map.of(task, 1)));
        writers.put("adopt", (run, task) -> adoptions.adopt("w", Duration.ZERO, 10));
        for (AttemptEnd.Outcome outcome : AttemptEnd.Outcome.values()) {
            writers.put(
                    "outcome " + outcome,
                    (run, task) -> outcomes.end(List.of(new Ending(
                            run,
                            new AttemptOutcome(
                                    task,
                                    0,
                                    1,
                                    1,
                                    AT_AGENT,
                                    outcome,
                                    null,
                                    null,
                                    null,
                                    false,
                                    AttemptOutcome.Usage.NONE,
                                    Duration.ZERO,
                                    null,
                                    false),
                            true))));
        }
        for (boolean mayLeave : new boolean[] {false, true}) {
            for (String worker : List.of("", "w")) {
                writers.put(
                        "satisfy in run " + mayLeave + worker,
                        (run, task) -> dependents.satisfy(
                                List.of(new Satisfied(run, 0, 1, mayLeave, AT_AGENT, worker.isEmpty() ? null : worker)),
                                List.of(new Terms(run, "t", true, null, Set.of()))));
            }
            writers.put(
                    "requeue " + mayLeave,
                    (run, task) -> planned.requeue(
                            run, List.of(0), mayLeave, List.of(new Terms(run, "t", true, null, Set.of()))));
            writers.put("cancel planned " + mayLeave, (run, task) -> planned.cancel(run, cancelled, mayLeave));
        }
        writers.put("satisfy", (run, task) -> dependents.satisfy(new TreeMap<>(Map.of(task, 1))));
        writers.put(
                "cancel dependent", (run, task) -> dependents.cancel(new TreeMap<>(Map.of(task, new Why("C", "r")))));
        for (String code : List.of("BROKEN", EndCodes.DEADLINE_EXCEEDED)) {
            writers.put(
                    "fail " + code,
                    (run, task) -> planned.fail(run, List.of(new Decision.Failure(0, 1, code)), "late"));
        }
        writers.put("note why", (run, task) -> planned.noteWhy(run, cancelled));
        writers.put(
                "cancelled meanwhile",
                (run, task) -> planned.cancelledMeanwhile(run, List.of(new Decision.Failure(0, 1, "BROKEN"))));
        writers.put("release", (run, task) -> releases.release(Map.of(run, List.of(0)), Set.of(run)));
        writers.put(
                "release as group",
                (run, task) -> releases.releaseAsGroup(
                        new RunKey(new UUID(7, 7), 1), 1, "", List.of(task), (row, number) -> 1));
        writers.put("told again", (run, task) -> releases.markToldAgain(Duration.ZERO, Duration.ZERO, 10));
        writers.put("not told", (run, task) -> releases.notTold(run, List.of(0)));
        writers.put("cancel", (run, task) -> commands.cancel(run, null, "why"));
        writers.put("cancel standalone", (run, task) -> commands.cancelStandalone(task, "why"));
        writers.put("terminate", (run, task) -> commands.terminate(run, "why"));
        writers.put("fail standalone", (run, task) -> commands.failStandalone(List.of(task), "late"));
        writers.put("expiry", (run, task) -> commands.markExpiryCommanded(run, List.of(task)));
        for (int waitingOn : new int[] {0, 1}) {
            writers.put(
                    "reset " + waitingOn,
                    (run, task) -> reruns.reset(run, new UUID[] {task}, new Integer[] {waitingOn}));
        }
        writers.put("move open", (run, task) -> reruns.moveOpen(run, run));
        writers.put("take out", (run, task) -> reruns.takeOut(run.runId(), 0, new UUID(0, 0)));
        return writers;
    }

    private static boolean isPossibleInNoRun(TaskStatus status) {
        return switch (status) {
            case PENDING, WAITING, QUEUED, COMPLETED, FAILED, CANCELLED -> true;
            case RELEASED, DISPATCHED, RUNNING, BACKOFF -> false;
        };
    }

    private void set(UUID task, @Nullable RunKey run, TaskStatus status) {
        boolean out = status == TaskStatus.DISPATCHED || status == TaskStatus.RUNNING;
        client.sql("""
                update task_state
                set status = ?::task_status, run_id = ?, run_number = ?, task_index = ?, waiting_on = ?, attempt = ?, epoch = 1,
                    attempt_epochs = ?, deadline = null, worker_id = null, started_at = null, released_at = now()
                where task_id = ?
                """)
                .params(Arrays.asList(
                        status.name(),
                        run == null ? null : run.runId(),
                        run == null ? null : run.runNumber(),
                        run == null ? null : 0,
                        status == TaskStatus.WAITING ? 1 : 0,
                        out ? 1 : 0,
                        out ? 1 : 0,
                        task))
                .update();
    }

    private TaskStatus status(UUID task) {
        return TaskStatus.valueOf(client.sql("select status from task_state where task_id = ?")
                .param(task)
                .query(String.class)
                .single());
    }
}
