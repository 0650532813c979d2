package io.agentorchestrator.store.deadletter;

import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.store.row.Records;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.testkit.Attempts;
import io.agentorchestrator.store.testkit.FixedCredit;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.Decision;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** Brings tasks to fail: the long way, as a run would, or at a stroke where many are needed. */
final class Failures {
    private static final Uuid7 IDS = new Uuid7(Clock.systemUTC());

    private final TestDatabase database;
    private final Submissions submissions;
    private final Attempts attempts;
    private final OutcomeStore outcomes;
    private final DeadLetterDelivery delivery;

    Failures(TestDatabase database) {
        this.database = database;
        this.submissions = new Submissions(database.dataSource());
        this.attempts = new Attempts(database.dataSource());
        this.outcomes = new OutcomeStore(database.dataSource());
        this.delivery = new DeadLetterDelivery(database.dataSource());
    }

    /** A standalone task of this type that has failed; not numbered. */
    UUID standalone(String type, String code) {
        UUID task = submissions.task(type, Priority.NORMAL);
        fail(List.of(task), code);
        return task;
    }

    /** Standalone tasks that have failed, numbered in this order. */
    List<UUID> numbered(int count, String type, String code) {
        List<UUID> tasks = Stream.generate(() -> submissions.task(type, Priority.NORMAL))
                .limit(count)
                .toList();
        fail(tasks, code);
        number();
        return tasks;
    }

    /** Fails these at a stroke, after three attempts; a run of theirs is left as it is. */
    void fail(List<UUID> tasks, String code) {
        for (UUID task : tasks) {
            database.client().sql("""
                            update task_state
                            set status = 'FAILED', error_code = ?, error_message = 'it broke', attempt = 3,
                                ended_at = clock_timestamp()
                            where task_id = ?
                            """).param(code).param(task).update();
        }
    }

    /** Releases the standalone task, the only one of its type, into a group of its own. */
    RunKey release(String type) {
        FixedCredit credit = FixedCredit.of(type, 1);
        return new BacklogStore(database.dataSource(), IDS, Limits.MAX_GROUP_SIZE)
                .claim(credit, 1, BacklogStore.Starts.ALL)
                .starts()
                .getFirst()
                .key();
    }

    /** One attempt that fails for good; the planner's other decisions are the caller's. */
    void failNode(RunKey run, RunKind kind, int index, Decision.Cancellation... cancelled) {
        Attempts.record(outcomes, run, kind, List.of(attempts.begin(run, index, AttemptEnd.Outcome.FAILED)));
        outcomes.recordDecisions(
                run, List.of(new Decision.Failure(index, 1, "BROKEN")), List.of(cancelled), List.of(), false, Map.of());
    }

    void complete(RunKey run, int index) {
        Attempts.record(outcomes, run, RunKind.DAG, List.of(attempts.begin(run, index, AttemptEnd.Outcome.COMPLETED)));
    }

    /** Gives entry ids to all dead letters there are. */
    void number() {
        int numbered;
        do {
            numbered = delivery.number(1_000);
        } while (numbered == 1_000);
    }

    UUID task(RunKey run, int index) {
        return database.client()
                .sql("select task_id from task_state where run_id = ? and task_index = ?")
                .params(run.runId(), index)
                .query(UUID.class)
                .single();
    }

    /** The last that the task was given. */
    EntryId entry(UUID task) {
        return database.client()
                .sql("""
                        select entry_millis as millis, entry_sequence as sequence from dead_letter
                        where task_id = ? and entry_millis is not null
                        order by entry_millis desc, entry_sequence desc limit 1
                        """)
                .param(task)
                .query(Records.of(EntryId.class))
                .single();
    }

    List<EntryId> entries(List<UUID> tasks) {
        List<EntryId> entries = new ArrayList<>();
        tasks.forEach(task -> entries.add(entry(task)));
        return entries;
    }

    List<String> texts(String sql) {
        return database.client().sql(sql).query(String.class).list();
    }

    /** Of a query that finds one value. */
    String text(String sql) {
        return database.client().sql(sql).query(String.class).single();
    }
}
