package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.protocol.v1.Start;
import io.agentorchestrator.store.command.CommandStore;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.run.BatchResult;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What commands and deadlines want of tasks whose worker says nothing. The silent worker goes on in truth, and does not know that it is taken
 * for silent: it does all that one may do which was stopped, and wakes at the worst moment.
 */
class SilentWorkerIT {
    private final BatchFixture fixture = new BatchFixture();
    private final BatchFixture.Worker silent = fixture.worker("silent");
    private final BatchFixture.Worker other = fixture.worker("other");
    private final WatchLeases keeper = other.keeper(System::nanoTime);
    private final CommandStore commands = new CommandStore(fixture.database.dataSource(), new Uuid7(Clock.systemUTC()));
    private final ScriptedAgent agent = fixture.agent("one", 1).works().obeys();
    private final RunKey run = fixture.dag("{}", Node.of("a"), Node.of("b"));

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aCancelReachesWhatWaitsInTheReadyQueueOfAWorkerThatIsSilentForTwoSeconds() {
        dispatchBoth();
        saidNothingFor(Duration.ofMillis(2_100));

        cancel(1);
        rounds();

        awaitStatus(1, TaskStatus.CANCELLED);
        assertThat(fixture.state(run, 0).status()).isIn(TaskStatus.DISPATCHED, TaskStatus.RUNNING);
        assertThat(reason(1)).isEqualTo("enough");
        assertThat(notices()).containsExactly("1 CANCELLED");

        // The silent worker wakes: a slot is free for what it believes to be its own.
        agent.finish(start(0), "1");
        awaitStatus(0, TaskStatus.COMPLETED);
        Awaitility.await().untilAsserted(() -> assertThat(silent.busy()).isEmpty());
        assertThat(agent.starts).hasSize(1);
        assertThat(fixture.state(run, 1).status()).isEqualTo(TaskStatus.CANCELLED);
        assertThat(attempts(1)).containsExactly("1 CANCELLED");
    }

    @Test
    void aCancelReachesWhatHasBegunAtItsAgentThoughTheRowDoesNotSayIt() {
        dispatchBoth();
        Awaitility.await().until(() -> fixture.state(run, 0).status() == TaskStatus.RUNNING);
        fixture.database
                .client()
                .sql("update task_state set status = 'DISPATCHED', started_at = null where task_index = 0")
                .update();
        saidNothingFor(Duration.ofSeconds(3));

        cancel(0);
        rounds();

        awaitStatus(0, TaskStatus.CANCELLED);
        assertThat(agent.heard).contains("CANCEL");
        assertThat(agent.working).doesNotContain(agent.starts.getFirst().getRef());
        assertThat(attempts(0)).containsExactly("1 CANCELLED");
    }

    @Test
    void whatTheAgentHasDoneBeforeCountsAsDone() {
        dispatchBoth();
        silent.end();
        Start first = start(0);
        agent.working.remove(first.getRef());
        agent.kept.put(first.getRef(), ScriptedAgent.result(first, "1"));
        saidNothingFor(Duration.ofSeconds(3));

        cancel(0);
        rounds();

        awaitStatus(0, TaskStatus.COMPLETED);
    }

    @Test
    void theCancelOfAWholeRunReachesBoth() {
        dispatchBoth();
        saidNothingFor(Duration.ofSeconds(3));

        assertThat(commands.cancelDag("default", "test", run.runId(), "enough"))
                .isInstanceOf(CommandStore.CommandAnswer.Accepted.class);
        rounds();

        awaitStatus(0, TaskStatus.CANCELLED);
        awaitStatus(1, TaskStatus.CANCELLED);
    }

    @Test
    void aDeadlineReachesWhatWaitsThere() {
        dispatchBoth();
        saidNothingFor(Duration.ofSeconds(3));
        fixture.database
                .client()
                .sql("update task_state set deadline = now() - interval '1 millisecond' where task_index = 1")
                .update();

        rounds();

        // Where the sweep over deadlines ends it, unless this was quicker than the agent's answer.
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(fixture.state(run, 1).status()).isIn(TaskStatus.QUEUED, TaskStatus.BACKOFF));
        agent.finish(start(0), "1");
        awaitStatus(0, TaskStatus.COMPLETED);
        assertThat(agent.starts).hasSize(1);
    }

    @Test
    void nobodyTakesWhatIsNotToEndOrWhoseWorkerSpeaks() {
        dispatchBoth();
        saidNothingFor(Duration.ofSeconds(3));
        rounds();
        assertThat(watchers()).containsOnly("silent");

        saidNothingFor(Duration.ofMillis(500));
        cancel(1);
        rounds();

        assertThat(watchers()).containsOnly("silent");
        assertThat(fixture.state(run, 1).status()).isEqualTo(TaskStatus.DISPATCHED);
    }

    @Test
    void aWorkerThatWasAwayItselfIsNotSureOfOthers() {
        dispatchBoth();
        saidNothingFor(Duration.ofSeconds(3));
        cancel(1);
        long[] now = {0};
        WatchLeases slow = other.keeper(() -> now[0]);

        for (int i = 0; i < 4; i++) {
            boolean _ = slow.round();
            now[0] += Duration.ofSeconds(3).toNanos();
        }

        assertThat(watchers()).containsOnly("silent");
        now[0] -= Duration.ofSeconds(2).toNanos();
        boolean _ = slow.round();
        assertThat(watchers()).contains("other");
    }

    /** The first at its agent, the second behind it. */
    private void dispatchBoth() {
        // Else they would go back to the backlog on a machine that is busy.
        Awaitility.await().until(() -> silent.isConnected("one") && other.isConnected("one"));
        CompletableFuture<BatchResult> _ = BatchFixture.async(() -> silent.dispatch(run, 0, 1));
        Awaitility.await()
                .until(() -> fixture.state(run, 0).status() != TaskStatus.RELEASED
                        && fixture.state(run, 1).status() == TaskStatus.DISPATCHED
                        && agent.starts.size() == 1);
        assertThat(agent.starts.getFirst().getRef().getTaskId())
                .isEqualTo(fixture.state(run, 0).taskId().toString());
    }

    private void saidNothingFor(Duration time) {
        fixture.database.client().sql("""
                        insert into worker (worker_id, seen_at) values ('silent', now() - ? * interval '1 millisecond')
                        on conflict (worker_id) do update set seen_at = excluded.seen_at
                        """).param(time.toMillis()).update();
    }

    private void cancel(int index) {
        BatchTask task = fixture.state(run, index);
        assertThat(commands.cancelTask("default", "test", task.taskId(), "enough"))
                .isInstanceOf(CommandStore.CommandAnswer.Accepted.class);
    }

    /** A worker's first sign says nothing of others yet. */
    private void rounds() {
        boolean _ = keeper.round();
        boolean _ = keeper.round();
    }

    private Start start(int index) {
        String taskId = fixture.state(run, index).taskId().toString();
        return agent.starts.stream()
                .filter(start -> start.getRef().getTaskId().equals(taskId))
                .findFirst()
                .orElseThrow();
    }

    private void awaitStatus(int index, TaskStatus status) {
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(fixture.state(run, index).status()).isEqualTo(status));
    }

    private String reason(int index) {
        return fixture.database
                .client()
                .sql("select error_message from task_state where task_index = ?")
                .param(index)
                .query(String.class)
                .single();
    }

    private List<String> watchers() {
        return fixture.database
                .client()
                .sql("select worker_id from task_state")
                .query(String.class)
                .list();
    }

    private List<String> notices() {
        return fixture.database
                .client()
                .sql("select task_index || ' ' || outcome from run_notice")
                .query(String.class)
                .list();
    }

    private List<String> attempts(int index) {
        return fixture.database
                .client()
                .sql("""
                        select a.attempt || ' ' || a.outcome from task_attempt a join task_state s using (task_id)
                        where s.task_index = ?
                        """)
                .param(index)
                .query(String.class)
                .list();
    }
}
