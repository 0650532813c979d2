package io.agentorchestrator.benchmarks.loadtest.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.agentorchestrator.benchmarks.loadtest.workload.Mix.Draw;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MixTest {
    private static final int TASKS = 20_000;

    private static List<Draw> draws(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return Stream.generate(() -> Mix.STANDARD.draw(random)).limit(TASKS).toList();
    }

    @Test
    void agentsTakeFiftyMillisInTheMedianAndTwoSecondsAtMost() {
        long[] sleeps = draws(7).stream().mapToLong(Draw::sleepMillis).sorted().toArray();

        assertThat(sleeps[TASKS / 2]).isBetween(48L, 52L);
        assertThat(sleeps[TASKS - 1]).isLessThanOrEqualTo(2_000);
        assertThat(Arrays.stream(sleeps).average().orElseThrow()).isCloseTo(Mix.STANDARD.meanMillis(), within(2.0));
    }

    @Test
    void typesAndPrioritiesAreEquallyFrequent() {
        for (String type : Mix.STANDARD.typeNames()) {
            assertThat(draws(7).stream().filter(each -> each.typeName().equals(type)))
                    .hasSizeBetween(TASKS / 10 - 200, TASKS / 10 + 200);
        }
        for (String priority : Mix.PRIORITIES) {
            assertThat(draws(7).stream().filter(each -> each.priorityName().equals(priority)))
                    .hasSizeBetween(TASKS / 5 - 300, TASKS / 5 + 300);
        }
    }

    @Test
    void theSameSeedDrawsTheSameTasks() {
        assertThat(draws(7)).isEqualTo(draws(7)).isNotEqualTo(draws(8));
    }

    @Test
    void payloadsHaveTheirSizeExactly() {
        Requests tasks = Requests.singly(Mix.STANDARD, 7);
        for (int i = 0; i < 100; i++) {
            JsonNode task = json(tasks.next());
            assertThat(task.path("payload").toString()).hasSize(2048);
            assertThat(task.at("/payload/result_bytes").asInt(0)).isEqualTo(1024);
        }
    }

    @Test
    void troubleIsOneAttemptInTenAndComesWithShortPatience() {
        assertThat(Mix.Trouble.ONE_IN_TEN.share()).isCloseTo(0.1, within(1e-9));

        JsonNode task = json(
                Requests.singly(Mix.STANDARD.with(Mix.Trouble.ONE_IN_TEN), 7).next());
        assertThat(task.path("timeout").asString("")).isEqualTo("PT5S");
        assertThat(task.at("/payload/crash_probability").asDouble(0)).isEqualTo(0.0005);
        assertThat(task.at("/payload/seed").asLong(0)).isEqualTo(7);
    }

    @Test
    void theNumberOfTypesChangesNothingElseOfATask() {
        SplittableRandom random = new SplittableRandom(7);
        SplittableRandom sameRandom = new SplittableRandom(7);
        Mix many = Mix.STANDARD.withTypes(50);
        Mix one = Mix.STANDARD.withTypes(1);
        List<Draw> draws =
                Stream.generate(() -> many.draw(random)).limit(10_000).toList();

        assertThat(many.typeNames()).hasSize(50);
        assertThat(draws.stream().map(Draw::typeName).distinct()).hasSize(50);
        assertThat(draws.stream()
                        .map(draw -> new Draw(0, draw.priority(), draw.sleepMillis()))
                        .toList())
                .isEqualTo(Stream.generate(() -> one.draw(sameRandom))
                        .limit(10_000)
                        .toList());
    }

    @Test
    void batchesHoldAsManyTasksAsTheySay() {
        Request batch = Requests.inBatches(Mix.STANDARD.withSizes(200, 0).withFixedMillis(0), 100, 7)
                .next();

        assertThat(batch.tasks()).isEqualTo(100);
        assertThat(json(batch).path("tasks")).hasSize(100);
        assertThat(json(batch).at("/tasks/0/payload/sleep_ms").asInt(-1)).isZero();
    }

    static JsonNode json(Request request) {
        return new JsonMapper().readTree(new String(request.body(), StandardCharsets.UTF_8));
    }
}
