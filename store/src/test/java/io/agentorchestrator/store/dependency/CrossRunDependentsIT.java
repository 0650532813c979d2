package io.agentorchestrator.store.dependency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.testkit.Attempts;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.Decision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;

class CrossRunDependentsIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final Attempts attempts = new Attempts(database.dataSource());
    private final OutcomeStore outcomes = new OutcomeStore(database.dataSource());
    private final CrossRunDependents dependents = new CrossRunDependents(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aChildWaitsForTheLastOfItsParentsAndIsQueuedThen() {
        RunKey first = single();
        RunKey second = single();
        UUID child = child(task(first), task(second));

        complete(first);
        assertThat(state(child)).isEqualTo("WAITING 1");
        complete(second);
        assertThat(state(child)).isEqualTo("QUEUED 0");
        assertThat(count("task_state where queued_at is not null and run_id is null"))
                .isEqualTo(1);
    }

    @Test
    void aParentThatCompletedBeforeIsNotWaitedFor() {
        RunKey done = single();
        complete(done);
        RunKey open = single();

        UUID child = child(task(done), task(open));
        assertThat(state(child)).isEqualTo("WAITING 1");
        UUID ready = child(task(done));

        assertThat(state(ready)).isEqualTo("QUEUED 0");
        assertThat(count("task_dependency where settled_at is not null")).isEqualTo(2);
    }

    @Test
    void aChildOfAParentThatFailedBeforeIsCancelledWhenItsSubmissionReturns() {
        RunKey failed = single();
        fail(failed);

        UUID child = child(task(failed));

        assertThat(state(child)).isEqualTo("CANCELLED 1");
        assertThat(error(child))
                .isEqualTo("UPSTREAM_FAILED: task %s ('a'), on which it depends, failed with BROKEN"
                        .formatted(task(failed)));
    }

    @Test
    void whatIsCancelledCancelsItsOwnDependentsInTurn() {
        RunKey root = single();
        UUID last = task(root);
        List<UUID> chain = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            last = child(last);
            chain.add(last);
        }

        fail(root);

        assertThat(error(chain.getFirst())).startsWith("UPSTREAM_FAILED: ");
        assertThat(error(chain.getLast()))
                .isEqualTo("UPSTREAM_CANCELLED: task %s, on which it depends, was cancelled".formatted(chain.get(18)));
        assertThat(count("task_state where status = 'CANCELLED'")).isEqualTo(20);
    }

    @Test
    void aTaskOfADagWaitsForItsParentsInsideAndOutside() {
        RunKey outside = single();
        RunKey dag = submissions.dag(
                OnFailure.CONTINUE,
                "{}",
                Map.of("b", List.of(task(outside))),
                Node.of("a"),
                Node.of("b", "a"),
                Node.of("c"));
        UUID child = task(dag, 1);
        assertThat(state(child)).isEqualTo("WAITING 2");

        complete(outside);
        assertThat(state(child)).isEqualTo("WAITING 1");
        complete(dag);

        assertThat(state(child)).isEqualTo("QUEUED 0");
    }

    @Test
    void aTaskOfADagWhoseParentFailedIsCancelledByACommandToItsRun() {
        RunKey outside = single();
        RunKey dag = submissions.dag(
                OnFailure.CONTINUE, "{}", Map.of("b", List.of(task(outside))), Node.of("a"), Node.of("b"));

        fail(outside);

        assertThat(state(task(dag, 1))).isEqualTo("WAITING 1");
        assertThat(database.client()
                        .sql("select kind || ' ' || task_indexes::text || ' ' || code || ' ' || run_id from command"
                                + " where acknowledged_at is null and task_id = ?")
                        .param(task(dag, 1))
                        .query(String.class)
                        .list())
                .containsExactly("CANCEL {1} UPSTREAM_FAILED " + dag.runId());
    }

    @Test
    void aRunIsToldOnceOfAllItsTasksThatOneParentFailed() {
        RunKey outside = single();
        Node[] nodes = new Node[50];
        Map<String, List<UUID>> dependencies = new HashMap<>();
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = Node.of("n" + i);
            dependencies.put("n" + i, List.of(task(outside)));
        }
        submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", dependencies, nodes);

        fail(outside);

        assertThat(count("command where cardinality(task_indexes) = 50 and task_id is null"))
                .isEqualTo(1);
        assertThat(count("command")).isEqualTo(1);
    }

    @Test
    void passesOnMoreChildrenThanOnePageHolds() {
        RunKey root = single();
        database.client()
                .sql("""
                        with made as (
                          insert into task_state (task_id, tenant, task_type, priority, status, waiting_on)
                          select uuidv7(), 'default', 't', 'NORMAL', 'WAITING', 1 from generate_series(1, ?)
                          returning task_id)
                        insert into task_dependency (parent_id, child_id, tenant) select ?, task_id, 'default' from made
                        """)
                .params(2 * CrossRunDependents.EDGES_PER_PAGE + 10, task(root))
                .update();

        complete(root);

        assertThat(count("task_state where status = 'WAITING'")).isZero();
        assertThat(count("task_dependency where settled_at is null")).isZero();
    }

    @Test
    void theSweepRepairsWhatADeadProcessLeftPageByPage() {
        List<UUID> children = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            RunKey parent = single();
            children.add(child(task(parent)));
            attempts.begin(parent, 0, AttemptEnd.Outcome.COMPLETED);
            if (i > 0) {
                // Ended by a process that died before it passed it on.
                database.client()
                        .sql("update task_state set status = 'COMPLETED' where task_id = ?")
                        .param(task(parent))
                        .update();
            }
        }
        assertThat(state(children.getLast())).isEqualTo("WAITING 1");

        int repaired = dependents.sweep(2) + dependents.sweep(2) + dependents.sweep(2);

        assertThat(repaired).isEqualTo(4);
        assertThat(count("task_state where status = 'QUEUED'")).isEqualTo(4);
        assertThat(state(children.getFirst())).isEqualTo("WAITING 1");
        assertThat(dependents.sweep(10)).isZero();
    }

    @Test
    void passingOnTwiceCountsOnce() {
        RunKey first = single();
        UUID child = child(task(first), task(single()));
        complete(first);

        dependents.propagate(List.of(task(first)));
        dependents.resolve(List.of(task(first)));

        assertThat(state(child)).isEqualTo("WAITING 1");
    }

    @Test
    void knowsWhichTasksATenantDoesNotHave() {
        UUID known = submissions.task("t", Priority.NORMAL);
        UUID unknown = UUID.randomUUID();

        assertThat(dependents.unknown("default", List.of(known, unknown))).containsExactly(unknown);
        assertThat(dependents.unknown("other", List.of(known))).containsExactly(known);
    }

    @Test
    void refusesADependencyThatIsNotThere() {
        assertThatThrownBy(() -> child(UUID.randomUUID())).isInstanceOf(DataIntegrityViolationException.class);
        assertThat(count("task")).isZero();
    }

    private RunKey single() {
        return submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"));
    }

    private UUID child(UUID... parents) {
        return submissions.task("child", Priority.NORMAL, List.of(parents));
    }

    private void complete(RunKey run) {
        Attempts.record(outcomes, run, RunKind.DAG, List.of(attempts.begin(run, 0, AttemptEnd.Outcome.COMPLETED)));
    }

    private void fail(RunKey run) {
        Attempts.record(outcomes, run, RunKind.DAG, List.of(attempts.begin(run, 0, AttemptEnd.Outcome.FAILED)));
        outcomes.recordDecisions(
                run, List.of(new Decision.Failure(0, 1, "BROKEN")), List.of(), List.of(), false, Map.of());
    }

    private UUID task(RunKey run) {
        return task(run, 0);
    }

    private UUID task(RunKey run, int index) {
        return database.client()
                .sql("select task_id from task_state where run_id = ? and task_index = ?")
                .params(run.runId(), index)
                .query(UUID.class)
                .single();
    }

    private String state(UUID task) {
        return text("select status || ' ' || waiting_on from task_state where task_id = ?", task);
    }

    private String error(UUID task) {
        return text("select error_code || ': ' || error_message from task_state where task_id = ?", task);
    }

    private String text(String sql, UUID task) {
        return database.client().sql(sql).param(task).query(String.class).single();
    }

    private int count(String fromWhere) {
        return database.client()
                .sql("select count(*) from " + fromWhere)
                .query(Integer.class)
                .single();
    }
}
