package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.testkit.Attempts;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.run.BatchResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks that a batch takes along, because they wait for nothing but others of the batch. */
class BatchFollowingIT {
    private final BatchFixture fixture = new BatchFixture();
    private final BatchFixture.Worker worker = fixture.worker("worker-1");

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void goesOnWithWhatItsOutcomesLetLoose() {
        ScriptedAgent agent = answering("{\"n\":7}");
        RunKey run =
                fixture.dag("{\"who\":\"me\"}", Node.of("a"), new Node("b", "t", """
                {"n":"${tasks.a.result.n}","text":"for ${inputs.who}"}""", "a"), Node.of("c", "a", "b"));
        fixture.release(run, 0);

        BatchResult result = worker.takingAlong(run, 0, 1, 2);

        assertThat(result.ended()).containsExactly(completed(0), completed(1), completed(2));
        assertThat(result.releases()).isEmpty();
        assertThat(result.notStarted()).isEmpty();
        assertThat(result.runEnded()).isTrue();
        assertThat(agent.starts.get(1).getPayload().toStringUtf8()).isEqualTo("{\"n\":7,\"text\":\"for me\"}");
        Awaitility.await().untilAsserted(() -> assertThat(worker.busy()).isEmpty());
    }

    @Test
    void tellsThePlannerOfReleasesThatItDidNotTakeAlong() {
        answering("1");
        RunKey run = fixture.dag("{}", Node.of("a"), Node.of("b", "a"), Node.of("c", "a"));
        fixture.release(run, 0);

        BatchResult result = worker.takingAlong(run, 0, 2);

        assertThat(result.ended()).contains(completed(0));
        assertThat(result.releases()).containsExactly(1);
        assertThat(result.running()).as("unless it was quicker").isSubsetOf(2);
    }

    @Test
    void aSessionThatComesAfterFindsOutHowFarTheOneBeforeWent() {
        ScriptedAgent agent = answering("1");
        RunKey run = fixture.dag("{}", Node.of("a"), Node.of("b", "a"), Node.of("c", "b"));
        fixture.release(run, 0);
        worker.takingAlong(run, 0, 1);

        BatchResult again = fixture.worker("worker-2").takingAlong(run, 0, 1, 2);

        assertThat(again.ended()).containsExactly(completed(0), completed(1), completed(2));
        assertThat(agent.starts).hasSize(3);
    }

    @Test
    void givesBackWhatWaitsForATaskThatFailed() {
        fixture.agent("one", 4).onStart((start, out) -> out.onNext(ScriptedAgent.error(start, "BAD", false)));
        RunKey run = fixture.dag("{}", Node.of("a"), Node.of("b", "a"));
        fixture.release(run, 0);

        BatchResult result = worker.takingAlong(run, 0, 1);

        assertThat(result.ended()).extracting(AttemptEnd::outcome).containsExactly(AttemptEnd.Outcome.FAILED);
        assertThat(result.notStarted()).containsExactly(1);
    }

    @Test
    void givesBackWhatHasNotItsTurnAndReturns() throws Exception {
        ScriptedAgent agent = fixture.agent("one", 4).works();
        RunKey run = fixture.dag("{}", Node.of("a"), Node.of("slow"), Node.of("b", "a"));
        fixture.release(run, 0);
        CompletableFuture<BatchResult> result = BatchFixture.async(() -> worker.takingAlong(run, 0, 2));
        Awaitility.await().until(() -> agent.starts.size() == 1);
        fixture.pause(run);
        agent.finish(agent.starts.getFirst(), "1");

        assertThat(result.get(20, TimeUnit.SECONDS).ended()).containsExactly(completed(0));
        assertThat(result.get().notStarted()).containsExactly(2);
        assertThat(fixture.state(run, 2).status()).isEqualTo(TaskStatus.QUEUED);
    }

    @Test
    void leavesToReleaseWhatAnothersRecordingMadeReady() throws Exception {
        ScriptedAgent agent = fixture.agent("one", 4).works();
        RunKey run = fixture.dag("{}", Node.of("a"), Node.of("b", "a"));
        fixture.release(run, 0);
        CompletableFuture<BatchResult> batch = BatchFixture.async(() -> worker.takingAlong(run, 0, 1));
        Awaitility.await().until(() -> agent.working.size() == 1);

        recordElsewhere(run, 0);
        worker.refreshRun(run);

        BatchResult result = batch.get(20, TimeUnit.SECONDS);
        assertThat(result.ended()).containsExactly(completed(0));
        assertThat(result.notStarted()).as("release has it").containsExactly(1);
    }

    @Test
    void aLocalBatchReturnsAfterAShortWhileAndIsGoneOnWithElsewhere() throws Exception {
        ScriptedAgent agent = fixture.agent("one", 4).works();
        RunKey run = fixture.dag("{}", Node.of("a"), Node.of("b", "a"));
        fixture.release(run, 0);

        BatchFixture.Worker next = fixture.worker("worker-2");

        BatchResult first = worker.locally(run, 0, 1);

        assertThat(first.running()).containsExactly(0);
        assertThat(first.notStarted()).containsExactly(1);
        CompletableFuture<BatchResult> second = BatchFixture.async(() -> next.takingAlong(run, 0, 1));
        Awaitility.await().untilAsserted(() -> assertThat(agent.heard).contains("ATTACH"));
        agent.onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "1")));
        agent.finish(agent.starts.getFirst(), "1");
        assertThat(second.get(20, TimeUnit.SECONDS).ended()).containsExactly(completed(0), completed(1));
        assertThat(agent.starts).hasSize(2);
    }

    /** As a worker does that had the task before. */
    private void recordElsewhere(RunKey run, int index) {
        BatchTask task = fixture.state(run, index);
        AttemptOutcome outcome = new AttemptOutcome(
                task.taskId(),
                index,
                task.attempt(),
                task.epoch(),
                task.agentId(),
                AttemptEnd.Outcome.COMPLETED,
                "1",
                null,
                null,
                false,
                AttemptOutcome.Usage.NONE,
                null,
                null,
                false);
        Attempts.record(new OutcomeStore(fixture.database.dataSource()), run, RunKind.DAG, List.of(outcome));
    }

    private ScriptedAgent answering(String result) {
        return fixture.agent("one", 4).onStart((start, out) -> out.onNext(ScriptedAgent.result(start, result)));
    }

    private static AttemptEnd completed(int task) {
        return new AttemptEnd(task, 1, AttemptEnd.Outcome.COMPLETED, "", false);
    }
}
