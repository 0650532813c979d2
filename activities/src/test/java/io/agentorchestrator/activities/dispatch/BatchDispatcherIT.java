package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.agentorchestrator.protocol.v1.Checkpoint;
import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.run.BatchResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchDispatcherIT {
    private final BatchFixture fixture = new BatchFixture();
    private final BatchFixture.Worker worker = fixture.worker("worker-1");

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void checkpointsAreKeptTheLastOfEachTaskWhateverTheirHaste() throws Exception {
        ScriptedAgent agent = fixture.agent("one", 50);
        agent.onStart((start, out) -> {
            out.onNext(ScriptedAgent.accepted(start));
            for (int sequence = 1; sequence <= 20; sequence++) {
                out.onNext(FromAgent.newBuilder()
                        .setCheckpoint(Checkpoint.newBuilder()
                                .setRef(start.getRef())
                                .setSequence(sequence)
                                .setData(ByteString.copyFromUtf8("at " + sequence)))
                        .build());
            }
            out.onNext(ScriptedAgent.result(start, "1"));
        });
        RunKey run = fixture.dag(
                "{}", IntStream.range(0, 40).mapToObj(i -> Node.of("n" + i)).toArray(Node[]::new));

        worker.dispatch(run, IntStream.range(0, 40).boxed().toArray(Integer[]::new));

        Awaitility.await()
                .untilAsserted(() -> assertThat(fixture.database
                                .client()
                                .sql("select convert_from(data, 'UTF8') from task_checkpoint where sequence = 20")
                                .query(String.class)
                                .list())
                        .hasSize(40)
                        .containsOnly("at 20"));
    }

    @Test
    void handsOverRecordsAndReleasesDependents() {
        ScriptedAgent agent = agent("one", 4).onStart((start, out) -> {
            out.onNext(ScriptedAgent.accepted(start));
            out.onNext(ScriptedAgent.result(start, "{\"n\":7}"));
        });
        RunKey run = dag("{\"who\":\"me\"}", Node.of("a"), new Node("b", "t", """
                {"n":"${tasks.a.result.n}","text":"for ${inputs.who}"}""", "a"));

        BatchResult first = dispatch(run, 0);
        BatchResult second = dispatch(run, 1);

        assertThat(first.ended()).containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.COMPLETED, "", false));
        assertThat(first.releases()).containsExactly(1);
        assertThat(second.ended())
                .singleElement()
                .satisfies(end -> assertThat(end.outcome()).isEqualTo(AttemptEnd.Outcome.COMPLETED));
        assertThat(agent.starts.get(1).getPayload().toStringUtf8()).isEqualTo("{\"n\":7,\"text\":\"for me\"}");
        Awaitility.await().untilAsserted(() -> assertThat(agent.heard).contains("ACKNOWLEDGE"));
        Awaitility.await().untilAsserted(() -> assertThat(worker.busy()).isEmpty());
    }

    @Test
    void tracesADispatchFromTheSubmissionToTheAgent() {
        ScriptedAgent agent = agent("one", 4).onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "1")));
        RunKey run = dag("{}", Node.of("a"));
        fixture.database
                .client()
                .sql("update task set traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'")
                .update();

        dispatch(run, 0);

        assertThat(fixture.spans.getFinishedSpanItems()).singleElement().satisfies(span -> {
            assertThat(span.getName()).isEqualTo("process_task");
            assertThat(span.getParentSpanId()).isEqualTo("b7ad6b7169203331");
            assertThat(span.getAttributes().asMap().keySet())
                    .extracting(key -> key.getKey())
                    .contains("task_type", "complexity", "priority", "task_id", "attempt", "agent_id");
            assertThat(agent.starts.getFirst().getTraceparent())
                    .isEqualTo("00-0af7651916cd43dd8448eb211c80319c-" + span.getSpanId() + "-01");
        });
    }

    @Test
    void failsATaskWhoseReferenceIsMissingBeforeAnyAgentSeesIt() {
        ScriptedAgent agent = agent("one", 4);
        RunKey run = dag("{}", new Node("a", "t", "{\"x\":\"${inputs.nothing}\"}"));

        BatchResult result = dispatch(run, 0);

        assertThat(result.ended())
                .containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.FAILED, "MISSING_INPUT", false));
        assertThat(agent.starts).isEmpty();
        assertThat(errorMessage()).contains("inputs.nothing");
    }

    @Test
    void reroutesARefusalWithoutCountingAnAttempt() throws Exception {
        agent("full", 4).onStart((start, out) -> out.onNext(ScriptedAgent.refused(start)));
        RunKey run = dag("{}", Node.of("a"));
        CompletableFuture<BatchResult> result = CompletableFuture.supplyAsync(() -> dispatch(run, 0));
        Awaitility.await().until(() -> fixture.agents.getFirst().starts.size() >= 2);
        agent("free", 400).onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "1")));

        AttemptEnd end = result.get(10, TimeUnit.SECONDS).ended().getFirst();

        assertThat(end.attempt()).isEqualTo(1);
        assertThat(state(run, 0).agentId()).isEqualTo("free");
    }

    @Test
    void putsBackIntoTheBacklogWhatFindsNoAgent() {
        RunKey run = dag("{}", Node.of("a"));

        BatchResult result = dispatch(run, 0);

        assertThat(result.notStarted()).containsExactly(0);
        assertThat(state(run, 0).status()).isEqualTo(TaskStatus.QUEUED);
        assertThat(state(run, 0).attempt()).isZero();
    }

    @Test
    void turnsRubbishIntoAClearError() {
        agent("one", 4).onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "{not json")));
        RunKey run = dag("{}", Node.of("a"));

        assertThat(dispatch(run, 0).ended())
                .containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.FAILED, "INVALID_RESULT", true));
    }

    @Test
    void takesNoResultThatPostgresqlCouldNotKeepAndRecordsTheNeighbours() {
        agent("one", 4)
                .onStart((start, out) -> out.onNext(
                        start.getPayload().toStringUtf8().contains("odd")
                                ? ScriptedAgent.result(start, "\uFEFF{}")
                                : ScriptedAgent.result(start, "{}")));
        RunKey run = dag("{}", new Node("a", "t", "{\"is\":\"odd\"}"), new Node("b", "t", "{\"is\":\"plain\"}"));

        BatchResult result = dispatch(run, 0, 1);

        assertThat(result.ended()).contains(new AttemptEnd(0, 1, AttemptEnd.Outcome.FAILED, "INVALID_RESULT", true));
        assertThat(state(run, 1).status()).isEqualTo(TaskStatus.COMPLETED);
    }

    @Test
    void cancelsTheTaskWhenItsAgentWasToldToStopIt() {
        agent("one", 4).onStart((start, out) -> out.onNext(ScriptedAgent.error(start, "CANCELLED", false)));
        RunKey run = dag("{}", Node.of("a"));

        assertThat(dispatch(run, 0).ended())
                .containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.CANCELLED, "", false));
        assertThat(state(run, 0).status()).isEqualTo(TaskStatus.CANCELLED);
    }

    @Test
    void goesOnWithATaskWhoseAgentStoppedByItselfAtNoAttempt() {
        agent("one", 4)
                .onStart((start, out) -> out.onNext(
                        start.getRef().getEpoch() < 3
                                ? ScriptedAgent.error(start, "CANCELLED", true)
                                : ScriptedAgent.result(start, "1")));
        RunKey run = dag("{}", Node.of("a"));

        assertThat(dispatch(run, 0).ended())
                .containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.COMPLETED, "", false));
        assertThat(state(run, 0).epoch()).isEqualTo(3);
    }

    @Test
    void recordsOnlyTheFirstOfTwoResults() {
        agent("one", 4).onStart((start, out) -> {
            out.onNext(ScriptedAgent.result(start, "1"));
            out.onNext(ScriptedAgent.result(start, "2"));
        });
        RunKey run = dag("{}", Node.of("a"));

        dispatch(run, 0);

        assertThat(fixture.database
                        .client()
                        .sql("select string_agg(result::text, ',') from task_attempt")
                        .query(String.class)
                        .single())
                .isEqualTo("1");
        Awaitility.await().untilAsserted(() -> assertThat(worker.late()).isEqualTo(1));
    }

    @Test
    void handsNothingToAnImpostor() throws Exception {
        ScriptedAgent agent = agent("one", 4).impostor();
        RunKey run = dag("{}", Node.of("a"));

        CompletableFuture<BatchResult> result = CompletableFuture.supplyAsync(() -> dispatch(run, 0));
        Awaitility.await()
                .until(() -> agent.heard.stream().filter("HELLO"::equals).count() >= 2);
        fixture.forget(agent);

        assertThat(result.get(30, TimeUnit.SECONDS).notStarted()).containsExactly(0);
        assertThat(agent.starts).isEmpty();
    }

    private ScriptedAgent agent(String id, int slotCount) {
        return fixture.agent(id, slotCount);
    }

    private RunKey dag(String inputs, Node... nodes) {
        return fixture.dag(inputs, nodes);
    }

    private BatchResult dispatch(RunKey run, Integer... tasks) {
        return worker.dispatch(run, tasks);
    }

    private BatchTask state(RunKey run, int index) {
        return fixture.state(run, index);
    }

    private String errorMessage() {
        return fixture.database
                .client()
                .sql("select error_message from task_attempt")
                .query(String.class)
                .single();
    }
}
