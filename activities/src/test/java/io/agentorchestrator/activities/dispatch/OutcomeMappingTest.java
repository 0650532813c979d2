package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.activities.agent.AgentEvent.Failed;
import io.agentorchestrator.activities.agent.AgentEvent.Succeeded;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.PreemptionFacts;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomeMappingTest {
    private final OutcomeMapping mapping = new OutcomeMapping();
    private final TrackedTask task = new TrackedTask(
            SimulatedStore.RUN, SimulatedStore.FACTS, task(), DispatchPhase.RUNNING, 1, TrackedTask.NEVER, 0);

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "{", "{} {}", "nul", "\uFEFF{}", "\"\0\"", "[1,2", "NaN"})
    void whatIsNotOneJsonValueIsAnInvalidResult(String text) {
        assertThat(result(text.getBytes(StandardCharsets.UTF_8)).errorCode()).isEqualTo("INVALID_RESULT");
        assertThat(result(text.getBytes(StandardCharsets.UTF_8)).retryable()).isTrue();
    }

    @Test
    void bytesThatAreNotUtf8AreAnInvalidResult() {
        assertThat(result(new byte[] {'"', (byte) 0xC3, '"'}).errorCode()).isEqualTo("INVALID_RESULT");
    }

    @Test
    void aResultOfTheLimitIsTakenAndOneByteMoreIsTooLarge() {
        String fits = "\"" + "x".repeat(Limits.MAX_RESULT_BYTES - 2) + "\"";

        assertThat(result(fits.getBytes(StandardCharsets.UTF_8)).errorCode()).isNull();
        AttemptOutcome tooLarge = result((fits + " ").getBytes(StandardCharsets.UTF_8));
        assertThat(tooLarge.errorCode()).isEqualTo("RESULT_TOO_LARGE");
        assertThat(tooLarge.retryable()).isFalse();
        assertThat(tooLarge.errorMessage()).contains(Integer.toString(Limits.MAX_RESULT_BYTES));
    }

    @Test
    void jsonThatIsTooDeepIsRefusedAsThatAndNotTriedAgain() {
        assertThat(result(nested(Limits.MAX_RESULT_DEPTH)).errorCode()).isNull();
        for (int depth : List.of(Limits.MAX_RESULT_DEPTH + 1, 1_000, 99_999, 100_001, 400_000)) {
            AttemptOutcome tooDeep = result(nested(depth));
            assertThat(tooDeep.errorCode()).as("%d levels", depth).isEqualTo("RESULT_TOO_DEEP");
            assertThat(tooDeep.retryable()).isFalse();
            assertThat(tooDeep.errorMessage()).contains(Integer.toString(Limits.MAX_RESULT_DEPTH));
        }
    }

    @Test
    void whatIsDeepAndNoJsonIsNoJson() {
        assertThat(result("[".repeat(1_000).getBytes(StandardCharsets.UTF_8)).errorCode())
                .isEqualTo("INVALID_RESULT");
        assertThat(result(("[".repeat(1_000) + "}").getBytes(StandardCharsets.UTF_8))
                        .errorCode())
                .isEqualTo("INVALID_RESULT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "-%s", "[0.%s]", "{\"a\":1e%s}"})
    void numbersThatAreTooLongAreRefusedAsThat(String form) {
        assertThat(result(form.formatted("1".repeat(900)).getBytes(StandardCharsets.UTF_8))
                        .errorCode())
                .isNull();
        AttemptOutcome tooLong = result(form.formatted("1".repeat(1_001)).getBytes(StandardCharsets.UTF_8));
        assertThat(tooLong.errorCode()).isEqualTo("RESULT_TOO_LARGE");
        assertThat(tooLong.retryable()).isFalse();
        assertThat(tooLong.errorMessage()).contains("1,000");
    }

    @Test
    void namesThatAreTooLongAreRefusedAsThat() {
        String name = "n".repeat(Limits.MAX_RESULT_NAME_LENGTH);

        assertThat(result("{\"%s\":1}".formatted(name).getBytes(StandardCharsets.UTF_8))
                        .errorCode())
                .isNull();
        assertThat(result("{\"%sx\":1}".formatted(name).getBytes(StandardCharsets.UTF_8))
                        .errorCode())
                .isEqualTo("RESULT_TOO_LARGE");
    }

    private static byte[] nested(int levels) {
        return ("[".repeat(levels) + "]".repeat(levels)).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void anErrorWithoutACodeGetsOne() {
        assertThat(error("", "m").errorCode()).isEqualTo("AGENT_ERROR");
        assertThat(error(" \t", "m").errorCode()).isEqualTo("AGENT_ERROR");
    }

    @Test
    void anAgentCannotSpeakForUs() {
        AttemptOutcome outcome = error("AGENT_LOST", "m");

        assertThat(outcome.errorCode()).isEqualTo("AGENT_ERROR");
        assertThat(outcome.errorMessage()).isEqualTo("AGENT_LOST: m");
        assertThat(error("CRASHED", "m").errorCode()).isEqualTo("CRASHED");
    }

    @Test
    void codesAndMessagesAreCutToWhatIsStored() {
        AttemptOutcome outcome = error("C".repeat(5_000), "m".repeat(50_000));

        assertThat(outcome.errorCode()).hasSize(Limits.MAX_ERROR_CODE_LENGTH).endsWith("…");
        assertThat(outcome.errorMessage())
                .hasSize(Limits.MAX_ERROR_MESSAGE_LENGTH)
                .endsWith("…");
    }

    @Test
    void cutsNoCharacterInHalf() {
        AttemptOutcome outcome = error("C", "x" + "\uD83D\uDE00".repeat(Limits.MAX_ERROR_MESSAGE_LENGTH));

        String message = outcome.errorMessage();
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(message)).isTrue();
        assertThat(message).hasSizeLessThanOrEqualTo(Limits.MAX_ERROR_MESSAGE_LENGTH);
    }

    @Test
    void whatPostgresqlCannotStoreIsReplaced() {
        AttemptOutcome outcome = error("A\0B", "a\0b");

        assertThat(outcome.errorCode()).isEqualTo("A\uFFFDB");
        assertThat(outcome.errorMessage()).isEqualTo("a\uFFFDb");
    }

    private AttemptOutcome result(byte[] bytes) {
        return mapping.succeeded(task, new Succeeded(task.ref(), bytes, null));
    }

    private AttemptOutcome error(String code, String message) {
        return mapping.failed(task, new Failed(task.ref(), code, message, true, null));
    }

    private static BatchTask task() {
        return DispatchRows.row(
                new UUID(0, 1),
                0,
                "t",
                Priority.NORMAL,
                TaskStatus.RUNNING,
                1,
                1,
                1,
                "one",
                "worker-1",
                null,
                null,
                PreemptionFacts.NONE);
    }
}
