package io.agentorchestrator.store.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PublishedStatusIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final DagReader dags = new DagReader(database.dataSource());
    private final TaskReader tasks = new TaskReader(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aPausedDagReadsAsPausedUntilItEnds() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));
        database.client()
                .sql("update run set paused = true, status = 'RUNNING'")
                .update();

        assertThat(status(run)).isEqualTo(RunStatus.PAUSED);
        assertThat(listed(RunStatus.PAUSED)).isEqualTo(1);
        assertThat(listed(RunStatus.RUNNING)).isZero();

        database.client().sql("update run set status = 'CANCELLED'").update();
        assertThat(status(run)).isEqualTo(RunStatus.CANCELLED);
        assertThat(listed(RunStatus.PAUSED)).isZero();
        assertThat(listed(RunStatus.CANCELLED)).isEqualTo(1);
    }

    @Test
    void whatHasNotBegunIsFoundAsPending() {
        submissions.dags(2, OnFailure.CONTINUE, Node.of("a"));
        database.client()
                .sql("update run set status = 'STARTING' where run_id = (select min(run_id::text)::uuid from run)")
                .update();

        assertThat(listed(RunStatus.PENDING, RunStatus.STARTING)).isEqualTo(2);
    }

    @Test
    void aTaskTellsWhatItDependsOn() {
        UUID first = submissions.task("t", Priority.NORMAL);
        UUID second = submissions.task("t", Priority.NORMAL);
        UUID child = submissions.task("t", Priority.NORMAL, List.of(second, first));

        assertThat(tasks.find("default", child).orElseThrow().dependencies()).containsExactly(first, second);
        assertThat(tasks.find("default", first).orElseThrow().dependencies()).isEmpty();
    }

    @Test
    void findsUnsuccessfulTasksOfATenantOnly() {
        UUID failed = submissions.task("t", Priority.NORMAL);
        UUID cancelled = submissions.task("t", Priority.NORMAL);
        submissions.task("t", Priority.NORMAL);
        set(failed, TaskStatus.FAILED);
        set(cancelled, TaskStatus.CANCELLED);

        assertThat(list("default", TaskStatus.FAILED)).containsExactly(failed);
        assertThat(list("default", TaskStatus.FAILED, TaskStatus.CANCELLED)).containsExactly(cancelled, failed);
        assertThat(list("default", TaskStatus.FAILED, TaskStatus.QUEUED)).hasSize(2);
        assertThat(list("other", TaskStatus.FAILED)).isEmpty();
    }

    private RunStatus status(RunKey run) {
        return dags.find("default", run.runId()).orElseThrow().facts().status();
    }

    private int listed(RunStatus... statuses) {
        return dags.list(new DagQuery("default", Set.of(statuses), null, "{}", null, 10))
                .items()
                .size();
    }

    private List<UUID> list(String tenant, TaskStatus... statuses) {
        return tasks
                .list(new TaskQuery(tenant, Set.of(statuses), null, null, null, null, "{}", null, 10))
                .items()
                .stream()
                .map(TaskFacts::taskId)
                .toList();
    }

    private void set(UUID task, TaskStatus status) {
        database.client()
                .sql("update task_state set status = ?::task_status where task_id = ?")
                .params(status.name(), task)
                .update();
    }
}
