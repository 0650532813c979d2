package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.Progress;
import io.agentorchestrator.protocol.v1.Start;
import io.agentorchestrator.protocol.v1.TaskRef;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.run.BatchResult;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Agents that answer rubbish, nothing, or more than was asked for. */
class BatchRubbishIT {
    private static final Duration BEYOND_THE_LEASE = AgentConnections.LEASE.plusSeconds(1);

    private final BatchFixture fixture = new BatchFixture();
    private final BatchFixture.Worker worker = fixture.worker("worker-1", BatchFixture.PATIENT, Duration.ofMillis(50));

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aResultBeyondTheLimitIsTooLarge() {
        String json = "\"" + "x".repeat(Limits.MAX_RESULT_BYTES) + "\"";
        fixture.agent("one", 4).onStart((start, out) -> out.onNext(ScriptedAgent.result(start, json)));

        assertThat(worker.dispatch(dag(), 0).ended()).containsExactly(failed("RESULT_TOO_LARGE", false));
    }

    @Test
    void whatTheStoreSaysOfAnOutcomeThatItRefusesIsNotForClients() {
        fixture.database.client().sql("""
                        create function refuse_results() returns trigger language plpgsql as $$
                        begin
                            raise exception 'select secret from task_attempt' using errcode = '22P05';
                        end $$;
                        create trigger refuse_results before insert or update on task_attempt
                            for each row when (new.result is not null) execute function refuse_results()
                        """).update();
        fixture.agent("one", 4).onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "{}")));

        assertThat(worker.dispatch(dag(), 0).ended()).containsExactly(failed("INVALID_RESULT", false));
        assertThat(errorMessage()).contains("the worker's log says why").doesNotContain("secret");
    }

    @Test
    void anErrorWithoutCodeOrWithOneThatNeverEndsIsRecorded() {
        fixture.agent("one", 4)
                .onStart((start, out) -> out.onNext(ScriptedAgent.error(
                        start, start.getPayload().toStringUtf8().contains("1") ? "" : "X".repeat(100_000), false)));
        RunKey run = fixture.dag("{}", new Node("a", "t", "{\"n\":1}"), new Node("b", "t", "{\"n\":2}"));

        BatchResult result = worker.dispatch(run, 0, 1);

        assertThat(result.ended())
                .extracting(AttemptEnd::errorCode)
                .containsExactlyInAnyOrder("AGENT_ERROR", "X".repeat(Limits.MAX_ERROR_CODE_LENGTH - 1) + "…");
    }

    @Test
    void anAgentThatAnswersNothingIsTimedOut() throws Exception {
        ScriptedAgent agent = fixture.agent("one", 4).works();
        RunKey run = dag();
        CompletableFuture<BatchResult> result = BatchFixture.async(() -> worker.dispatch(run, 0));
        Awaitility.await().until(() -> !agent.working.isEmpty());

        fixture.clock.advance(Limits.DEFAULT_TIMEOUT.plusSeconds(6));

        assertThat(result.get(10, TimeUnit.SECONDS).ended()).containsExactly(failed(OutcomeMapping.TIMEOUT, true));
        Awaitility.await().untilAsserted(() -> assertThat(agent.heard).contains("CANCEL"));
    }

    @Test
    void whatIsSaidOfOtherTasksIsNotListenedTo() {
        fixture.agent("one", 4).onStart((start, out) -> {
            Start other = start.toBuilder()
                    .setRef(TaskRef.newBuilder()
                            .setTaskId(new UUID(1, 2).toString())
                            .setEpoch(1))
                    .build();
            Start later = start.toBuilder()
                    .setRef(start.getRef().toBuilder().setEpoch(7))
                    .build();
            out.onNext(ScriptedAgent.result(other, "\"other\""));
            out.onNext(ScriptedAgent.error(later, "LATER", false));
            for (int epoch = 0; epoch > -5; epoch--) {
                Start never = start.toBuilder()
                        .setRef(start.getRef().toBuilder().setEpoch(epoch))
                        .build();
                out.onNext(ScriptedAgent.result(never, "\"never\"", 250));
            }
            out.onNext(FromAgent.getDefaultInstance());
            out.onNext(ScriptedAgent.result(start, "\"this\""));
        });

        assertThat(worker.dispatch(dag(), 0).ended())
                .containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.COMPLETED, "", false));
        assertThat(worker.late()).isZero();
    }

    @Test
    void anAgentThatKeepsBreakingTheProtocolLosesTheTaskAndItsBreakerCountsEachStream() throws Exception {
        FromAgent nonsense = FromAgent.newBuilder()
                .setProgress(Progress.newBuilder()
                        .setRef(TaskRef.newBuilder().setTaskId("no uuid").setEpoch(1)))
                .build();

        assertThat(endOfWhatBreaksItsStreams(nonsense)).isEqualTo(failed(OutcomeMapping.PROTOCOL_BROKEN, true));
        assertThat(errorMessage()).contains("broke the protocol");
        Awaitility.await()
                .untilAsserted(() -> assertThat(worker.breakers.failures("one")).isGreaterThanOrEqualTo(2));
    }

    @Test
    void aMessageLargerThanAnyMayBeLosesTheTask() throws Exception {
        FromAgent huge = ScriptedAgent.result(Start.getDefaultInstance(), "x".repeat(5 * 1024 * 1024));

        assertThat(endOfWhatBreaksItsStreams(huge)).isEqualTo(failed(OutcomeMapping.MESSAGE_TOO_LARGE, true));
        assertThat(errorMessage()).contains("4194304");
    }

    @Test
    void aLateOutcomeIsCountedAndItsCostBooked() throws Exception {
        ScriptedAgent agent = fixture.agent("one", 4).works();
        RunKey run = dag();
        CompletableFuture<BatchResult> result = BatchFixture.async(() -> worker.dispatch(run, 0));
        Awaitility.await().until(() -> !agent.working.isEmpty());
        fixture.database.client().sql("update task_state set epoch = 2").update(); // dispatched by somebody else

        Start start = agent.starts.getFirst();
        agent.end(start, ScriptedAgent.result(start, "1", 250));

        assertThat(result.get(10, TimeUnit.SECONDS).running()).containsExactly(0);
        assertThat(worker.late()).isEqualTo(1);
        Awaitility.await()
                .untilAsserted(() -> assertThat(fixture.database
                                .client()
                                .sql("select cost_micro_usd from late_outcome where epoch = 1")
                                .query(Long.class)
                                .list())
                        .containsExactly(250L)); // booked beside the batch
        assertThat(worker.breakers.failures("one")).as("nothing was recorded").isZero();
    }

    private AttemptEnd endOfWhatBreaksItsStreams(FromAgent message) throws Exception {
        ScriptedAgent agent = fixture.agent("one", 4);
        agent.onStart((start, out) -> {
            agent.kept.put(start.getRef(), message);
            out.onNext(ScriptedAgent.accepted(start));
            out.onNext(message);
        });
        RunKey run = dag();
        CompletableFuture<BatchResult> result = BatchFixture.async(() -> {
            fixture.release(run, 0);
            return worker.batch(run, 0);
        });
        Awaitility.await().until(() -> hellos(agent) >= 3);
        fixture.clock.advance(BEYOND_THE_LEASE);
        return result.get(20, TimeUnit.SECONDS).ended().getFirst();
    }

    private static long hellos(ScriptedAgent agent) {
        return count(agent, "HELLO");
    }

    private static long count(ScriptedAgent agent, String message) {
        return agent.heard.stream().filter(message::equals).count();
    }

    private RunKey dag() {
        return fixture.dag("{}", Node.of("a"));
    }

    private static AttemptEnd failed(String code, boolean retryable) {
        return new AttemptEnd(0, 1, AttemptEnd.Outcome.FAILED, code, retryable);
    }

    private String errorMessage() {
        return fixture.database
                .client()
                .sql("select error_message from task_attempt")
                .query(String.class)
                .single();
    }
}
