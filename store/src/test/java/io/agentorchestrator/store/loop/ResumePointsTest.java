package io.agentorchestrator.store.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ResumePointsTest {
    private final ResumePoints<String, Integer> points = new ResumePoints<>(0);

    @Test
    void aLineGoesOnUntilItsEndAndOthersKeepTheirPlaces() {
        points.looked(List.of("a", "b"), Map.of("a", 5, "b", 7));
        points.looked(List.of("a"), Map.of());

        assertThat(points.after("a")).as("it came to its end").isZero();
        assertThat(points.after("b")).as("it was not looked at").isEqualTo(7);
        assertThat(points.after("new")).isZero();
    }

    @Test
    void allBeginAnewWhereThereAreTooMany() {
        points.looked(List.of("first"), Map.of("first", 1));
        Map<String, Integer> many = IntStream.range(0, ResumePoints.MAX_LINES)
                .boxed()
                .collect(Collectors.toMap(String::valueOf, place -> place));

        points.looked(many.keySet(), many);

        assertThat(points.after("first")).isZero();
        assertThat(points.after("7")).isEqualTo(7);
    }
}
