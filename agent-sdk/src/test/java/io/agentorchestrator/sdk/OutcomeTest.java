package io.agentorchestrator.sdk;

import static io.agentorchestrator.sdk.FakeWorker.ref;
import static io.agentorchestrator.sdk.FakeWorker.task;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.agentorchestrator.protocol.v1.Error;
import io.agentorchestrator.protocol.v1.FromAgent.MessageCase;
import io.agentorchestrator.protocol.v1.Start;
import io.agentorchestrator.protocol.v1.TaskRef;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OutcomeTest {
    private TestAgent agent = new TestAgent(1);

    record Figures(int slotCount, List<String> names) {}

    record Unwritable(int size) {
        @Override
        public int size() {
            throw new IllegalStateException("nobody knows");
        }
    }

    enum Kind {
        A,
        B
    }

    record Wanted(
            int howMany,
            @Nullable List<String> words,
            @Nullable Kind kind,
            @Nullable Boolean yes) {
        Wanted {
            if (howMany < 1) {
                throw new IllegalArgumentException("field \"how_many\" must be at least 1");
            }
        }
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void serialisesRecordsInSnakeCase() {
        assertThat(resultOf(_ -> new Figures(3, List.of("a")))).isEqualTo("{\"slot_count\":3,\"names\":[\"a\"]}");
        assertThat(resultOf(_ -> null)).isEqualTo("null");
    }

    @Test
    void handsNumbersOnAsTheyWereWritten() {
        String payload = "{\"n\":[3.10,1e400,1E5,-0,-0.0,0.00000001,1e99999999999,12345678901234567.89,%s]}"
                .formatted("7".repeat(400));
        try (FakeWorker worker = agent.worker()) {
            worker.start(task(ref(1), "echo").setPayload(ByteString.copyFromUtf8(payload)));
            worker.await(MessageCase.ACCEPTED);
            assertThat(worker.await(MessageCase.RESULT).getResult().getResult().toStringUtf8())
                    .isEqualTo(payload);
        }
    }

    @Test
    void reportsAFailureWithItsCode() {
        Error error = errorOf(_ -> {
            throw TaskFailure.terminal("NO_SUCH_CUSTOMER", "customer 7 does not exist");
        });

        assertThat(error.getCode()).isEqualTo("NO_SUCH_CUSTOMER");
        assertThat(error.getMessage()).isEqualTo("customer 7 does not exist");
        assertThat(error.getRetryable()).isFalse();
    }

    @Test
    void reportsAnyOtherExceptionAsRetryableAgentError() {
        Error error = errorOf(_ -> {
            throw new StackOverflowError("deep");
        });

        assertThat(error.getCode()).isEqualTo("AGENT_ERROR");
        assertThat(error.getMessage()).isEqualTo("StackOverflowError: deep");
        assertThat(error.getRetryable()).isTrue();
    }

    @Test
    void saysThatAResultCannotBeWrittenInItsOwnWords() {
        Error error = errorOf(_ -> Map.of("a", new Unwritable(1)));

        assertThat(error.getCode()).isEqualTo("RESULT_NOT_SERIALIZABLE");
        assertThat(error.getMessage())
                .isEqualTo("the handler's result cannot be written as JSON, at \"a.size\": the agent's log says why");
    }

    @Test
    void refusesAResultOfMoreThanOneMebibyte() {
        assertThat(resultOf(_ -> "x".repeat(SdkLimits.RESULT_BYTES - 2))).hasSize(SdkLimits.RESULT_BYTES);

        Error error = errorOf(_ -> "x".repeat(SdkLimits.RESULT_BYTES - 1));

        assertThat(error.getCode()).isEqualTo("RESULT_TOO_LARGE");
        assertThat(error.getRetryable()).isFalse();
    }

    @Test
    void refusesACheckpointOfMoreThan256Kibibytes() {
        Error error = errorOf(task -> {
            task.checkpoint(new byte[SdkLimits.CHECKPOINT_BYTES + 1]);
            return "not reached";
        });

        assertThat(error.getCode()).isEqualTo("CHECKPOINT_TOO_LARGE");
    }

    @Test
    void cutsOffLongMessagesBetweenCharacters() {
        Error error = errorOf(_ -> {
            throw TaskFailure.terminal("LONG", "x" + "€".repeat(5_000));
        });
        assertThat(error.getMessage().getBytes(StandardCharsets.UTF_8)).hasSize(SdkLimits.ERROR_MESSAGE_BYTES);
        assertThat(error.getMessage()).endsWith("€");

        try (TestAgent reporting = new TestAgent(1, Map.of("p", task -> {
                    task.progress(7, "y".repeat(5_000));
                    return null;
                }));
                FakeWorker worker = reporting.worker()) {
            worker.start(task(ref(1), "p"));
            worker.await(MessageCase.ACCEPTED);
            var progress = worker.await(MessageCase.PROGRESS).getProgress();
            assertThat(progress.getFraction()).isEqualTo(1.0);
            assertThat(progress.getMessage()).hasSize(SdkLimits.PROGRESS_MESSAGE_BYTES);
        }
    }

    @Test
    void readsPayloadsStrictly() {
        assertThat(errorOf("{\"how_many\":1,\"colour\":\"red\"}").getMessage())
                .isEqualTo("unknown field \"colour\"; known are: how_many, kind, words, yes");
        String wanted = "field \"how_many\" must be a whole number from -2147483648 to 2147483647, not ";
        assertThat(errorOf("{\"how_many\":\"1\"}").getMessage()).isEqualTo(wanted + "\"1\"");
        assertThat(errorOf("{\"how_many\":1.5}").getMessage()).isEqualTo(wanted + "1.5");
        assertThat(errorOf("{\"how_many\":{}}").getMessage()).isEqualTo(wanted + "an object");
        assertThat(errorOf("{\"how_many\":null}").getMessage()).isEqualTo(wanted + "null");
        assertThat(errorOf("{\"how_many\":99999999999}").getMessage()).isEqualTo(wanted + "99999999999");
        assertThat(errorOf("{}").getMessage()).isEqualTo("field \"how_many\" is missing");
        assertThat(errorOf("{\"how_many\":1,\"words\":[\"a\",[]]}").getMessage())
                .isEqualTo("field \"words.[1]\" must be text, not a list");
        assertThat(errorOf("{\"how_many\":1,\"words\":7}").getMessage())
                .isEqualTo("field \"words\" must be a list, not 7");
        assertThat(errorOf("{\"how_many\":1,\"kind\":\"C\"}").getMessage())
                .isEqualTo("field \"kind\" must be one of A, B, not \"C\"");
        assertThat(errorOf("{\"how_many\":1,\"yes\":\"no\"}").getMessage())
                .isEqualTo("field \"yes\" must be true or false, not \"no\"");
        assertThat(errorOf("{\"how_many\":tru}").getMessage()).startsWith("the payload is no JSON, at or before byte ");
        assertThat(errorOf("{\"how_many\":0}").getMessage()).isEqualTo("field \"how_many\" must be at least 1");
        assertThat(errorOf("{\"how_many\":0}").getCode()).isEqualTo("INVALID_PAYLOAD");
    }

    @Test
    void tellsTheHandlerEverythingAboutTheTask() {
        TaskRef ref = ref(3);
        Instant deadline = Instant.ofEpochSecond(2_000_000_000L, 5);
        agent.close();
        agent = new TestAgent(
                1,
                Map.of(
                        "t",
                        task -> Map.of(
                                "epoch", task.epoch(),
                                "attempt", task.attempt(),
                                "keys", task.taskKey() + " " + task.attemptKey(),
                                "deadline", task.deadline().orElseThrow().equals(deadline),
                                "budget", task.remainingBudgetMicroUsd().orElseThrow(),
                                "trace", task.traceContext(),
                                "tenant", task.tenant())));
        Start.Builder start = task(ref, "t")
                .setAttempt(2)
                .setTaskKey("k")
                .setAttemptKey("k-2")
                .setDeadline(Timestamp.newBuilder().setSeconds(2_000_000_000L).setNanos(5))
                .setRemainingBudgetMicroUsd(12)
                .setTraceparent("00-a-b-01")
                .setTenant("acme");
        try (FakeWorker worker = agent.worker()) {
            worker.start(start);
            worker.await(MessageCase.ACCEPTED);
            assertThat(Json.parse(worker.await(MessageCase.RESULT)
                            .getResult()
                            .getResult()
                            .toStringUtf8()))
                    .isEqualTo(Json.parse("""
                            {"epoch":3,"attempt":2,"keys":"k k-2","deadline":true,"budget":12,"tenant":"acme",
                             "trace":{"traceparent":"00-a-b-01","tracestate":""}}"""));
        }
    }

    @Test
    void sendsRawOutcomesAsTheyAreAndAsOftenAsAsked() {
        restart(_ -> new RawOutcome("<garbage".getBytes(StandardCharsets.UTF_8), 2));
        try (FakeWorker worker = agent.worker()) {
            worker.start(task(ref(1), "t"));
            worker.await(MessageCase.ACCEPTED);

            for (int copy = 1; copy <= 2; copy++) {
                assertThat(worker.await(MessageCase.RESULT)
                                .getResult()
                                .getResult()
                                .toStringUtf8())
                        .isEqualTo("<garbage");
            }
        }
    }

    private Error errorOf(String payload) {
        restart(task -> task.payloadAs(Wanted.class));
        try (FakeWorker worker = agent.worker()) {
            worker.start(task(ref(1), "t").setPayload(ByteString.copyFromUtf8(payload)));
            worker.await(MessageCase.ACCEPTED);
            return worker.await(MessageCase.ERROR).getError();
        }
    }

    private Error errorOf(TaskHandler handler) {
        restart(handler);
        try (FakeWorker worker = agent.worker()) {
            worker.start(task(ref(1), "t"));
            worker.await(MessageCase.ACCEPTED);
            return worker.await(MessageCase.ERROR).getError();
        }
    }

    private String resultOf(TaskHandler handler) {
        restart(handler);
        try (FakeWorker worker = agent.worker()) {
            worker.start(task(ref(1), "t"));
            worker.await(MessageCase.ACCEPTED);
            return worker.await(MessageCase.RESULT).getResult().getResult().toStringUtf8();
        }
    }

    private void restart(TaskHandler handler) {
        agent.close();
        agent = new TestAgent(1, Map.of("t", handler));
    }
}
