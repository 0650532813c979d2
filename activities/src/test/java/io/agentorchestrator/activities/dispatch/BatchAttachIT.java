package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.Start;
import io.agentorchestrator.protocol.v1.TaskRef;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.run.BatchResult;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks belong to their agents: sessions, streams and workers come and go meanwhile, and agents die. */
class BatchAttachIT {
    private final BatchFixture fixture = new BatchFixture();
    private final BatchFixture.Worker worker = fixture.worker("worker-1");

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void attachesAgainAfterABrokenStreamAndGetsTheOutcomeItMissed() {
        ScriptedAgent agent = fixture.agent("one", 4);
        agent.onStart((start, out) -> {
            out.onNext(ScriptedAgent.accepted(start));
            agent.kept.put(start.getRef(), ScriptedAgent.result(start, "\"late\""));
            agent.breakStreams();
        });
        RunKey run = fixture.dag("{}", Node.of("a"));

        BatchResult result = worker.dispatch(run, 0);

        assertCompleted(result, 0);
        assertThat(agent.starts).hasSize(1);
        assertThat(agent.heard).contains("ATTACH");
    }

    @Test
    void aSlowAgentThatIsTheOnlyOneIsWaitedFor() throws Exception {
        ScriptedAgent agent = fixture.agent("one", 4);
        List<StreamObserver<FromAgent>> streams = new CopyOnWriteArrayList<>();
        agent.onStart((start, out) -> streams.add(out));
        RunKey run = fixture.dag("{}", Node.of("a"));
        CompletableFuture<BatchResult> result = BatchFixture.async(() -> worker.dispatch(run, 0));
        Awaitility.await().until(() -> streams.size() == 1);

        fixture.clock.advance(DueCheck.START_BOUND.plusSeconds(3));
        Awaitility.await()
                .during(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(agent.heard).doesNotContain("CANCEL"));
        Start start = agent.starts.getFirst();
        streams.getFirst().onNext(ScriptedAgent.accepted(start));
        streams.getFirst().onNext(ScriptedAgent.result(start, "1"));

        assertThat(result.get(10, TimeUnit.SECONDS).ended())
                .containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.COMPLETED, "", false));
        assertThat(agent.starts).hasSize(1);
    }

    @Test
    void aSlowAgentIsNotWaitedForWhereAnotherHasASlot() throws Exception {
        ScriptedAgent slow = fixture.agent("one", 4);
        RunKey run = fixture.dag("{}", Node.of("a"));
        CompletableFuture<BatchResult> result = BatchFixture.async(() -> worker.dispatch(run, 0));
        Awaitility.await().until(() -> slow.starts.size() == 1);
        ScriptedAgent other =
                fixture.agent("two", 4).onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "1")));

        fixture.clock.advance(DueCheck.START_BOUND.plusSeconds(1));

        assertThat(result.get(10, TimeUnit.SECONDS).ended())
                .containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.COMPLETED, "", false));
        assertThat(other.starts)
                .singleElement()
                .extracting(start -> start.getRef().getEpoch())
                .isEqualTo(2);
        Awaitility.await().untilAsserted(() -> assertThat(slow.heard).contains("CANCEL"));
    }

    @Test
    void anAgentThatNeverAnswersIsGivenUpAfterALease() {
        ScriptedAgent agent = fixture.agent("one", 4);
        RunKey run = fixture.dag("{}", Node.of("a"));
        var _ = BatchFixture.async(() -> worker.dispatch(run, 0));
        Awaitility.await().until(() -> agent.starts.size() == 1);

        fixture.clock.advance(DueCheck.LONE_START_BOUND.plusSeconds(1));

        Awaitility.await().untilAsserted(() -> assertThat(agent.heard).contains("CANCEL"));
        assertThat(fixture.state(run, 0).attempt()).as("at no attempt").isLessThanOrEqualTo(1);
    }

    @Test
    void anotherWorkersBatchAttachesToWhatRunsAndStartsNothingAnew() {
        ScriptedAgent agent = fixture.agent("one", 4);
        RunKey run = fixture.dag("{}", Node.of("a"));
        BatchTask task = fixture.release(run, 0);
        fixture.batches.dispatch("gone", Map.of(run, List.of(new Dispatch(task.taskId(), 0, "one", null))));
        Start lost = Start.newBuilder()
                .setRef(TaskRef.newBuilder().setTaskId(task.taskId().toString()).setEpoch(1))
                .build();
        agent.kept.put(lost.getRef(), ScriptedAgent.result(lost, "{}"));

        BatchResult result = worker.batch(run, 0);

        assertThat(result.ended()).hasSize(1);
        assertThat(agent.starts).isEmpty();
    }

    @Test
    void aLeaseThatRanOutWhileNobodyCouldCallCostsNoAttempt() {
        ScriptedAgent agent = fixture.agent("one", 4);
        RunKey run = fixture.dag("{}", Node.of("a"));
        BatchTask task = fixture.release(run, 0);
        fixture.batches.dispatch("gone", Map.of(run, List.of(new Dispatch(task.taskId(), 0, "one", null))));
        Start given = Start.newBuilder()
                .setRef(TaskRef.newBuilder().setTaskId(task.taskId().toString()).setEpoch(1))
                .build();
        agent.kept.put(given.getRef(), ScriptedAgent.error(given, "LEASE_EXPIRED", true));
        agent.onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "1")));

        BatchResult result = worker.batch(run, 0);

        assertThat(result.ended()).containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.COMPLETED, "", false));
        assertThat(fixture.state(run, 0).epoch()).isEqualTo(2);
    }

    @Test
    void aNewWorkerGetsTheOutcomeThatNobodyHeardBetweenTwoWorkers() {
        ScriptedAgent agent = fixture.agent("one", 4).works();
        RunKey run = fixture.dag("{}", Node.of("a"));
        fixture.release(run, 0);
        assertThatThrownBy(() -> worker.batch(run, () -> workerStops(agent), 0)).hasMessage("worker stops");
        worker.end();
        agent.finish(agent.starts.getFirst(), "42");

        BatchResult result = fixture.worker("worker-2").batch(run, 0);

        assertCompleted(result, 0);
        assertThat(agent.starts).hasSize(1);
        assertThat(fixture.state(run, 0).epoch()).isEqualTo(1);
        assertThat(result(run)).isEqualTo("42");
    }

    @Test
    void aNewWorkerHearsOfTheOutcomeOfATaskThatRunsOn() throws Exception {
        ScriptedAgent agent = fixture.agent("one", 4).works();
        RunKey run = fixture.dag("{}", Node.of("a"));
        fixture.release(run, 0);
        assertThatThrownBy(() -> worker.batch(run, () -> workerStops(agent), 0)).hasMessage("worker stops");
        worker.end();
        BatchFixture.Worker next = fixture.worker("worker-2");

        CompletableFuture<BatchResult> result = CompletableFuture.supplyAsync(() -> next.batch(run, 0));
        Awaitility.await().until(() -> agent.heard.contains("ATTACH"));
        Awaitility.await().untilAsserted(() -> assertThat(next.busy()).containsEntry("one", 1));
        agent.finish(agent.starts.getFirst(), "1");

        assertCompleted(result.get(10, TimeUnit.SECONDS), 0);
        assertThat(agent.starts).hasSize(1);
        Awaitility.await().untilAsserted(() -> assertThat(next.busy()).isEmpty());
    }

    @Test
    void returnsWhatIsDoneWithoutWaitingForASlowNeighbourAndAFurtherBatchWatchesIt() {
        ScriptedAgent agent = fixture.agent("one", 4).works();
        RunKey run = fixture.dag("{}", Node.of("a"), Node.of("b"));
        CompletableFuture<Void> _ = CompletableFuture.runAsync(() -> {
            Awaitility.await().until(() -> agent.starts.size() == 2);
            agent.finish(start(agent, run, 0), "1");
        });

        BatchResult first = worker.dispatch(run, 0, 1);

        assertThat(first.ended()).extracting(AttemptEnd::task).containsExactly(0);
        assertThat(first.running()).containsExactly(1);
        Awaitility.await().untilAsserted(() -> assertThat(worker.busy()).containsEntry("one", 1));

        agent.finish(start(agent, run, 1), "2");
        BatchResult second = worker.batch(run, 1);

        assertCompleted(second, 1);
        assertThat(agent.starts).hasSize(2);
        Awaitility.await().untilAsserted(() -> assertThat(worker.busy()).isEmpty());
    }

    @Test
    void tellsApartWhatIsDoneWhatRunsAndWhatFoundNoAgent() {
        ScriptedAgent agent = fixture.agent("one", 4).works();
        RunKey run = fixture.dag("{}", Node.of("a"), Node.of("b"), new Node("c", "nobody", "{}"));
        CompletableFuture<Void> _ = CompletableFuture.runAsync(() -> {
            Awaitility.await().until(() -> agent.starts.size() == 2);
            agent.finish(start(agent, run, 0), "1");
        });

        BatchResult result = worker.dispatch(run, 0, 1, 2);

        assertThat(result.ended()).extracting(AttemptEnd::task).containsExactly(0);
        assertThat(result.running()).containsExactly(1);
        assertThat(result.notStarted()).containsExactly(2);
    }

    @Test
    void leavesTasksToTheirAgentsWhenTheActivityIsToEnd() {
        ScriptedAgent agent = fixture.agent("one", 4).works();
        RunKey run = fixture.dag("{}", Node.of("a"));
        fixture.release(run, 0);

        assertThatThrownBy(() -> worker.batch(run, () -> workerStops(agent), 0)).hasMessage("worker stops");

        awaitRunning(run);
        assertThat(fixture.gone).isEmpty();
    }

    @Test
    void costsAnAttemptWhenTheAgentForgotWhatItAccepted() {
        ScriptedAgent agent = fixture.agent("one", 4);
        agent.onStart((start, out) -> {
            out.onNext(ScriptedAgent.accepted(start));
            agent.breakStreams();
        });
        RunKey run = fixture.dag("{}", Node.of("a"));

        BatchResult result = worker.dispatch(run, 0);

        assertThat(result.ended()).containsExactly(agentLost());
        assertThat(fixture.state(run, 0).status()).isEqualTo(TaskStatus.BACKOFF);
    }

    @Test
    void costsNoAttemptWhenTheWorkerDiedBeforeItsAgentHeardOfTheTask() {
        fixture.agent("one", 4).onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "1")));
        RunKey run = fixture.dag("{}", Node.of("a"));
        begunLongAgo(run, "one");

        BatchResult result = worker.batch(run, 0);

        assertThat(result.ended()).containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.COMPLETED, "", false));
        assertThat(fixture.state(run, 0).epoch()).isEqualTo(2);
    }

    @Test
    void costsAnAttemptWhenTheAgentHasForgottenWhatItHadAccepted() {
        fixture.agent("one", 4);
        RunKey run = fixture.dag("{}", Node.of("a"));
        begunLongAgo(run, "one");
        fixture.database
                .client()
                .sql("update task_state set status = 'RUNNING'")
                .update();

        BatchResult result = worker.batch(run, 0);

        assertThat(result.ended()).containsExactly(agentLost());
    }

    /** Another worker has begun the dispatch, longer ago than a Start is on its way, and was killed. */
    private void begunLongAgo(RunKey run, String agentId) {
        BatchTask task = fixture.release(run, 0);
        assertThat(fixture.batches.dispatch(
                        "gone", Map.of(run, List.of(new Dispatch(task.taskId(), task.epoch(), agentId, null)))))
                .hasSize(1);
        fixture.database
                .client()
                .sql("update task_state set started_at = now() - interval '20 seconds'")
                .update();
        fixture.refresh();
    }

    @Test
    void theSecondAttemptOfATaskWhoseAgentDiedGoesElsewhere() throws Exception {
        ScriptedAgent mortal = fixture.agent("mortal", 4).works();
        RunKey run = fixture.dag("{}", Node.of("a"));
        CompletableFuture<BatchResult> first = CompletableFuture.supplyAsync(() -> worker.dispatch(run, 0));
        Awaitility.await().until(() -> worker.busy().containsKey("mortal") && !mortal.starts.isEmpty());
        fixture.agent("other", 4).onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "1")));

        fixture.die(mortal);

        assertThat(first.get(20, TimeUnit.SECONDS).ended()).containsExactly(agentLost());
        Awaitility.await().untilAsserted(() -> assertThat(worker.busy()).isEmpty());

        BatchResult second = worker.dispatch(run, 0);

        assertThat(second.ended()).containsExactly(new AttemptEnd(0, 2, AttemptEnd.Outcome.COMPLETED, "", false));
        assertThat(fixture.state(run, 0).agentId()).isEqualTo("other");
    }

    private void awaitRunning(RunKey run) {
        Awaitility.await().until(() -> fixture.state(run, 0).status() == TaskStatus.RUNNING);
    }

    /** A heartbeat's answer once the agent is at work. */
    private static void workerStops(ScriptedAgent agent) {
        if (!agent.working.isEmpty()) {
            throw new IllegalStateException("worker stops");
        }
    }

    private static AttemptEnd agentLost() {
        return new AttemptEnd(0, 1, AttemptEnd.Outcome.FAILED, OutcomeMapping.AGENT_LOST, true);
    }

    private static void assertCompleted(BatchResult result, int task) {
        assertThat(result.ended()).singleElement().satisfies(end -> {
            assertThat(end.task()).isEqualTo(task);
            assertThat(end.outcome()).isEqualTo(AttemptEnd.Outcome.COMPLETED);
        });
    }

    private Start start(ScriptedAgent agent, RunKey run, int index) {
        String taskId = fixture.state(run, index).taskId().toString();
        return agent.starts.stream()
                .filter(start -> start.getRef().getTaskId().equals(taskId))
                .findFirst()
                .orElseThrow();
    }

    private String result(RunKey run) {
        return fixture.database
                .client()
                .sql("select result::text from task_attempt a join task_state s using (task_id) where s.run_id = ?")
                .param(run.runId())
                .query(String.class)
                .single();
    }
}
