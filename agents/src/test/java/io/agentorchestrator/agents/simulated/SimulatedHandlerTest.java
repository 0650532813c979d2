package io.agentorchestrator.agents.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentorchestrator.sdk.FakeTask;
import io.agentorchestrator.sdk.Json;
import io.agentorchestrator.sdk.RawOutcome;
import io.agentorchestrator.sdk.TaskFailure;
import io.agentorchestrator.sdk.TaskHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SimulatedHandlerTest {
    private static final UUID ID = UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057");

    @TempDir
    private Path directory;

    private Ledger ledger;
    private TaskHandler handler;
    private final AtomicInteger crashes = new AtomicInteger();

    @BeforeEach
    void open() throws IOException {
        ledger = Ledger.open(directory);
        handler = new SimulatedHandler(ledger, crashes::incrementAndGet);
    }

    @AfterEach
    void close() throws IOException {
        ledger.close();
    }

    @Test
    void doesNothingWithoutBeingTold() throws Exception {
        assertThat(task("{}", 1, null).run(handler))
                .isEqualTo(Json.parse("{\"slept_ms\":0,\"resumed_from_ms\":0,\"attempt\":1}"));
        assertThat(LedgerReader.read(directory).byTaskKey()).containsEntry("task-" + ID, 1);
    }

    @Test
    void takesPaddingWithoutReadingIt() throws Exception {
        assertThat(task("{\"padding\":\"xxxx\"}", 1, null).run(handler))
                .isEqualTo(Json.parse("{\"slept_ms\":0,\"resumed_from_ms\":0,\"attempt\":1}"));
    }

    @Test
    void sleepsAndMakesCheckpoints() throws Exception {
        FakeTask task = task("{\"sleep_ms\":50,\"checkpoint_every_ms\":20}", 1, null);

        assertThat(task.run(handler).get("slept_ms").asInt()).isEqualTo(50);

        assertThat(task.checkpoints).containsExactly("20", "40");
        assertThat(task.progress).containsExactly(0.4, 0.8);
    }

    @Test
    void costsAsMuchAsItHasSlept() throws Exception {
        FakeTask task = task("{\"sleep_ms\":50,\"checkpoint_every_ms\":20,\"cost_usd\":0.25}", 2, "30");

        var _ = task.run(handler);

        assertThat(task.costs).containsExactly(125_000L, 250_000L);
    }

    @Test
    void goesOnFromItsCheckpoint() throws Exception {
        FakeTask task = task("{\"sleep_ms\":50,\"checkpoint_every_ms\":20}", 2, "40");

        assertThat(task.run(handler)).isEqualTo(Json.parse("{\"slept_ms\":10,\"resumed_from_ms\":40,\"attempt\":2}"));
        assertThat(task.checkpoints).isEmpty();
    }

    @Test
    void startsFromTheBeginningWhenTheCheckpointIsNotItsOwn() throws Exception {
        assertThat(task("{\"sleep_ms\":5}", 2, "nonsense")
                        .run(handler)
                        .get("slept_ms")
                        .asInt())
                .isEqualTo(5);
    }

    @Test
    void failsAsOftenAsToldAndLeavesACheckpointBehind() throws Exception {
        String payload = "{\"sleep_ms\":40,\"checkpoint_every_ms\":10,\"fail_times\":2,\"fail_code\":\"OUT_OF_LUCK\","
                + "\"retryable\":false,\"cost_usd\":0.25}";
        FakeTask first = task(payload, 1, null);

        TaskFailure failure = failure(first);
        assertThat(failure.code()).isEqualTo("OUT_OF_LUCK");
        assertThat(failure.retryable()).isFalse();
        assertThat(first.checkpoints).containsExactly("10", "20");
        assertThat(first.costMicroUsd).isEqualTo(250_000);
        failure(task(payload, 2, "20"));
        assertThat(task(payload, 3, "30").run(handler))
                .isEqualTo(Json.parse("{\"slept_ms\":10,\"resumed_from_ms\":30,\"attempt\":3}"));
    }

    @Test
    void failsAlwaysWhenToldMinusOne() {
        TaskFailure failure = failure(task("{\"fail_times\":-1}", 1_000, null));
        assertThat(failure.code()).isEqualTo("SIMULATED_FAILURE");
        assertThat(failure.retryable()).isTrue();
    }

    @Test
    void drawsTheSameLotForTheSameSeedTaskAndAttempt() throws Exception {
        String payload = "{\"fail_probability\":0.5,\"seed\":7}";
        int failed = 0;
        for (int attempt = 1; attempt <= 200; attempt++) {
            boolean fails = fails(task(payload, attempt, null));
            assertThat(fails(task(payload, attempt, null))).isEqualTo(fails);
            failed += fails ? 1 : 0;
        }
        assertThat(failed).isBetween(70, 130);
        assertThat(fails(task("{\"fail_probability\":0}", 1, null))).isFalse();
        assertThat(fails(task("{\"fail_probability\":1}", 1, null))).isTrue();
    }

    @Test
    void crashesOnDemand() {
        failure(task("{\"crash_probability\":1}", 1, null));

        assertThat(crashes).hasValue(1);
    }

    @Test
    void hangsUntilItIsInterrupted() throws InterruptedException {
        Thread hanging = Thread.ofVirtual().start(() -> {
            try {
                task("{\"hang_probability\":1}", 1, null).run(handler);
            } catch (Exception e) {
                crashes.set(e instanceof InterruptedException ? 42 : -1);
            }
        });
        hanging.interrupt();
        hanging.join();

        assertThat(crashes).hasValue(42);
    }

    @Test
    void takesTenTimesAsLongInTheSlowTail() throws Exception {
        assertThat(task("{\"sleep_ms\":3,\"slow_tail_probability\":1}", 1, null)
                        .run(handler)
                        .get("slept_ms")
                        .asInt())
                .isEqualTo(30);
    }

    @Test
    void padsItsResult() throws Exception {
        assertThat(task("{\"result_bytes\":1000}", 1, null)
                        .run(handler)
                        .get("padding")
                        .asString())
                .hasSize(1000);
    }

    @Test
    void sendsGarbageAndTwoResultsOnDemand() throws Exception {
        RawOutcome garbage = (RawOutcome) handler.handle(task("{\"garbage\":true}", 1, null));
        assertThatThrownBy(() -> Json.parse(new String(garbage.result(), StandardCharsets.UTF_8)))
                .isNotNull();
        assertThat(garbage.copies()).isEqualTo(1);

        RawOutcome twice = (RawOutcome) handler.handle(task("{\"double_result\":true}", 1, null));
        assertThat(Json.parse(new String(twice.result(), StandardCharsets.UTF_8))
                        .get("attempt")
                        .asInt())
                .isEqualTo(1);
        assertThat(twice.copies()).isEqualTo(2);
    }

    @Test
    void sendsGarbageByChanceAndWithASeedForTheSameAttempts() throws Exception {
        assertThat(handler.handle(task("{\"garbage_probability\":1}", 1, null))).isInstanceOf(RawOutcome.class);
        assertThat(handler.handle(task("{\"garbage_probability\":0}", 1, null))).isNotInstanceOf(RawOutcome.class);
        int garbage = 0;
        for (int attempt = 1; attempt <= 200; attempt++) {
            boolean garbles =
                    drawn("{\"garbage_probability\":0.5,\"seed\":7}", attempt).garbles();
            assertThat(drawn("{\"garbage_probability\":0.5,\"seed\":7}", attempt)
                            .garbles())
                    .isEqualTo(garbles);
            garbage += garbles ? 1 : 0;
        }
        assertThat(garbage).isBetween(70, 130);
    }

    @Test
    void oneProbabilityLeavesTheLuckOfTheOthersAlone() {
        for (int attempt = 1; attempt <= 100; attempt++) {
            Chances all = drawn(
                    "{\"fail_probability\":0.5,\"crash_probability\":0.5,\"hang_probability\":0.5,"
                            + "\"slow_tail_probability\":0.5,\"garbage_probability\":0.5,\"seed\":7}",
                    attempt);

            assertThat(all)
                    .isEqualTo(new Chances(
                            drawn("{\"fail_probability\":0.5,\"seed\":7}", attempt)
                                    .fails(),
                            drawn("{\"crash_probability\":0.5,\"seed\":7}", attempt)
                                    .crashes(),
                            drawn("{\"hang_probability\":0.5,\"seed\":7}", attempt)
                                    .hangs(),
                            drawn("{\"slow_tail_probability\":0.5,\"seed\":7}", attempt)
                                    .isSlow(),
                            drawn("{\"garbage_probability\":0.5,\"seed\":7}", attempt)
                                    .garbles()));
        }
    }

    @Test
    void hasItsEffectOnceHoweverOftenTheTaskIsExecuted() throws Exception {
        assertThat(task("{\"effect\":true}", 1, null).run(handler))
                .isEqualTo(Json.parse("{\"slept_ms\":0,\"resumed_from_ms\":0,\"attempt\":1,\"effect\":\"done\"}"));
        assertThat(task("{\"effect\":true}", 2, null).run(handler).get("effect").asString())
                .isEqualTo("already_done");

        LedgerReader.Counts counts = LedgerReader.read(directory);
        assertThat(counts.byTaskKey()).isEqualTo(Map.of("task-" + ID, 2));
        assertThat(counts.effectsByTaskKey()).isEqualTo(Map.of("task-" + ID, 1));
    }

    @Test
    void anAttemptThatEndsInTroubleHasNoEffect() throws Exception {
        failure(task("{\"effect\":true,\"fail_times\":1}", 1, null));
        failure(task("{\"effect\":true,\"crash_probability\":1}", 2, null));
        assertThat(LedgerReader.read(directory).effectsByTaskKey()).isEmpty();

        handler.handle(task("{\"effect\":true,\"garbage\":true}", 3, null));
        assertThat(LedgerReader.read(directory).effectsByTaskKey()).containsEntry("task-" + ID, 1);
    }

    @Test
    void hasNoEffectUnlessAskedTo() throws Exception {
        assertThat(task("{\"effect\":false}", 1, null).run(handler).has("effect"))
                .isFalse();
        assertThat(LedgerReader.read(directory).effectsByTaskKey()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sleepms\":1}",
                "{\"sleep_ms\":-1}",
                "{\"sleep_ms\":\"1\"}",
                "{\"sleep_ms\":1.5}",
                "{\"fail_times\":-2}",
                "{\"fail_code\":\"lower case\"}",
                "{\"fail_code\":\"TIMEOUT\"}",
                "{\"retryable\":1}",
                "{\"checkpoint_every_ms\":-5}",
                "{\"cost_usd\":-0.01}",
                "{\"result_bytes\":99999999}",
                "{\"fail_probability\":1.01}",
                "{\"crash_probability\":-1}",
                "{\"hang_probability\":\"0\"}",
                "{\"slow_tail_probability\":true}",
                "{\"garbage\":\"yes\"}",
                "{\"garbage_probability\":2}",
                "{\"double_result\":2}",
                "{\"effect\":\"yes\"}",
                "{\"seed\":\"a\"}"
            })
    void rejectsAPayloadThatMakesNoSense(String payload) {
        TaskFailure failure = failure(task(payload, 1, null));

        assertThat(failure.code()).isEqualTo("INVALID_PAYLOAD");
        assertThat(failure.retryable()).isFalse();
        String field = payload.substring(2, payload.indexOf('"', 2));
        assertThat(failure.getMessage()).contains("\"" + field + "\"");
    }

    private static FakeTask task(String payload, int attempt, @Nullable String checkpoint) {
        return new FakeTask(ID, "simulated", payload, attempt, checkpoint);
    }

    private static Chances drawn(String payload, int attempt) {
        SimulatedPayload wanted = task(payload, attempt, null).payloadAs(SimulatedPayload.class);
        return Chances.of(wanted, ID, attempt);
    }

    private TaskFailure failure(FakeTask task) {
        TaskFailure failure = catchThrowableOfType(TaskFailure.class, () -> task.run(handler));
        assertThat(failure).as("the task should have failed").isNotNull();
        return failure;
    }

    private boolean fails(FakeTask task) throws Exception {
        try {
            task.run(handler);
            return false;
        } catch (TaskFailure failure) {
            return true;
        }
    }
}
