package io.agentorchestrator.store.dependency;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import io.agentorchestrator.store.testkit.Attempts;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.store.testkit.Together;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A parent ends while its child is being inserted, thousands of times, without a sweep. */
class DependencyRaceIT {
    private static final int PAIRS = 4;
    private static final int ROUNDS_PER_PAIR = 750;

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final OutcomeStore outcomes = new OutcomeStore(database.dataSource());
    private List<Parent> parents = List.of();
    private UUID anchor = new UUID(0, 0);

    /** Parents are at agents, between attempts or released: about to complete, to fail or to be cancelled. */
    @BeforeEach
    void prepare() {
        submissions.dags(PAIRS * ROUNDS_PER_PAIR, OnFailure.CANCEL_DEPENDENTS, Node.of("a"));
        database.client().sql("""
                        update task_state s
                        set attempt = 1, epoch = 1, started_at = now(), agent_id = 'a',
                            status = (array['RUNNING', 'BACKOFF', 'RELEASED'])[1 + o.position % 3]::task_status,
                            error_code = case o.position % 3 when 1 then 'BROKEN' end
                        from (select task_id, row_number() over (order by task_id) as position from task_state) o
                        where s.task_id = o.task_id
                        """).update();
        parents = database.client()
                .sql("select task_id, run_id, status::text from task_state order by task_id")
                .query((row, number) -> new Parent(
                        row.getObject(1, UUID.class), new RunKey(row.getObject(2, UUID.class), 1), row.getString(3)))
                .list();
        anchor = submissions.task("t", Priority.LOW);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void noChildIsLeftBehindAndNoneIsCountedTwice() throws Exception {
        Together.race(
                PAIRS,
                ROUNDS_PER_PAIR,
                round -> end(parents.get(round)),
                round -> insertChild(parents.get(round), round));

        assertThat(count("""
                task_dependency d join task_state p on p.task_id = d.parent_id
                where d.settled_at is null and p.status in ('COMPLETED', 'FAILED', 'CANCELLED')""")).isZero();
        assertThat(endsOfChildren())
                .containsExactlyInAnyOrder(
                        "one, COMPLETED: QUEUED 0",
                        "one, FAILED: CANCELLED 1",
                        "one, CANCELLED: CANCELLED 1",
                        "two, COMPLETED: WAITING 1",
                        "two, FAILED: CANCELLED 2",
                        "two, CANCELLED: CANCELLED 2",
                        "t, COMPLETED: QUEUED 0, commands 0",
                        "t, FAILED: WAITING 1, commands 1",
                        "t, CANCELLED: WAITING 1, commands 1");
        assertThat(count("task_dependency where parent_id <> '%s'".formatted(anchor)))
                .isEqualTo(parents.size());
    }

    /** By the child's type and its parent's status; all children of one kind end alike. */
    private List<String> endsOfChildren() {
        return database.client().sql("""
                        select distinct c.task_type || ', ' || p.status || ': ' || c.status || ' ' || c.waiting_on
                          || case when c.run_id is null then ''
                             else ', commands ' || (select count(*) from command where run_id = c.run_id) end
                        from task_state c
                        join task_dependency d on d.child_id = c.task_id
                        join task_state p on p.task_id = d.parent_id
                        where p.task_id <> ?
                        """).param(anchor).query(String.class).list();
    }

    private void end(Parent parent) {
        switch (parent.status()) {
            case "RUNNING" -> Attempts.record(outcomes, parent.run(), RunKind.DAG, List.of(completed(parent.taskId())));
            case "BACKOFF" ->
                outcomes.recordDecisions(
                        parent.run(),
                        List.of(new Decision.Failure(0, 1, "BROKEN")),
                        List.of(),
                        List.of(),
                        false,
                        Map.of());
            default ->
                outcomes.cancelUnoffered(parent.run(), List.of(new Decision.Cancellation(0, "CANCELLED", "by hand")));
        }
    }

    private void insertChild(Parent parent, int round) {
        switch (round / 3 % 3) {
            case 0 -> submissions.task("one", Priority.NORMAL, List.of(parent.taskId()));
            case 1 -> submissions.task("two", Priority.NORMAL, List.of(parent.taskId(), anchor));
            default ->
                submissions.dag(
                        OnFailure.CONTINUE, "{}", Map.of("c", List.of(parent.taskId())), Node.of("b"), Node.of("c"));
        }
    }

    private static AttemptOutcome completed(UUID taskId) {
        return new AttemptOutcome(
                taskId,
                0,
                1,
                1,
                "a",
                AttemptEnd.Outcome.COMPLETED,
                null,
                null,
                null,
                false,
                Usage.NONE,
                Duration.ZERO,
                null,
                false);
    }

    private int count(String fromWhere) {
        return database.client()
                .sql("select count(*) from " + fromWhere)
                .query(Integer.class)
                .single();
    }

    private record Parent(UUID taskId, RunKey run, String status) {}
}
