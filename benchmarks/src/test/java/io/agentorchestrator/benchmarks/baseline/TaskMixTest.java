package io.agentorchestrator.benchmarks.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TaskMixTest {
    private static final int TASKS = 20_001;

    private final TaskMix mix = new TaskMix(List.of("a", "b"), 2_048, 1_024, 50, 7);

    @Test
    void sleepsAreLognormal() {
        long[] sleeps = sleeps(mix);

        assertThat((double) sleeps[TASKS / 2]).isCloseTo(50, within(2.0));
        // One standard deviation of the logarithm: 84.1 % are below 50 ms * e^0.8.
        assertThat((double) sleeps[(int) (TASKS * 0.841)]).isCloseTo(50 * Math.exp(0.8), within(5.0));
    }

    @Test
    void sleepsAreCutAtTwoSeconds() {
        long[] sleeps = sleeps(new TaskMix(List.of("a"), 2_048, 1_024, 1_500, 7));

        assertThat(sleeps[TASKS - 1]).isEqualTo(2_000);
        assertThat(sleeps[TASKS / 2]).isBetween(1_400L, 1_600L);
    }

    @Test
    void sameSeedGivesSameTasksInAnyOrder() {
        TaskMix again = new TaskMix(List.of("a", "b"), 2_048, 1_024, 50, 7);
        TaskMix other = new TaskMix(List.of("a", "b"), 2_048, 1_024, 50, 8);

        assertThat(again.sleepMillis(99)).isEqualTo(mix.sleepMillis(99));
        assertThat(again.sleepMillis(3)).isEqualTo(mix.sleepMillis(3));
        assertThat(sleeps(other)).isNotEqualTo(sleeps(mix));
    }

    @Test
    void payloadsAreJsonOfTheSizeAskedForAndTypesTakeTurns() {
        TaskMix.MixedTask task = mix.task(1);

        JsonNode payload = JsonMapper.shared().readTree(new String(task.payload(), StandardCharsets.UTF_8));
        assertThat(payload.get("sleep_ms").asLong()).isEqualTo(mix.sleepMillis(1));
        assertThat(payload.get("result_bytes").asInt()).isEqualTo(1_024);
        assertThat(payload.size()).isEqualTo(2);
        assertThat(task.payload()).hasSize(2_048);
        assertThat(IntStream.range(0, 4).mapToObj(number -> mix.task(number).type()))
                .containsExactly("a", "b", "a", "b");
    }

    private static long[] sleeps(TaskMix mix) {
        return LongStream.range(0, TASKS).map(mix::sleepMillis).sorted().toArray();
    }
}
