package io.agentorchestrator.benchmarks.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.benchmarks.placement.TracedRequest;
import io.agentorchestrator.benchmarks.scaling.SimulatedLoad.Pattern;
import io.agentorchestrator.benchmarks.scaling.SimulatedLoad.Synthetic;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ScalingComparisonTest {
    private static final int SEEDS = 2;

    @ParameterizedTest
    @EnumSource(
            value = Synthetic.class,
            names = {"DAY_AND_HOUR", "EVERY_HOUR"})
    void aPatternHalvesTheLateTasksAtNearlyTheSameCost(Synthetic workload) {
        ScalingRow row = ScalingRow.of(workload::draw, SEEDS);

        assertThat(row.pattern()).isEqualTo(Pattern.REGULAR);
        assertThat(ScalingRow.lateShare(row.reactive())).isGreaterThan(0.01);
        assertThat(row.worstLateRatio()).isLessThanOrEqualTo(0.5);
        assertThat(row.worstCostRatio()).isLessThanOrEqualTo(1.1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Synthetic.class,
            names = {"POISSON", "SPIKE", "RANDOM_MINUTES"})
    void whereThereIsNoPatternItIsAsGoodAsReacting(Synthetic workload) {
        ScalingRow row = ScalingRow.of(workload::draw, SEEDS);

        assertThat(row.pattern()).isEqualTo(Pattern.NONE);
        assertThat(row.worstLateRatio()).isLessThanOrEqualTo(1);
        assertThat(row.worstCostRatio()).isLessThanOrEqualTo(1.01);
    }

    @ParameterizedTest
    @EnumSource(
            value = Synthetic.class,
            names = {"DAY_OFF", "MOVED"})
    void aPatternThatBreaksCostsLittleAndNoTaskMore(Synthetic workload) {
        ScalingRow row = ScalingRow.of(workload::draw, SEEDS);

        assertThat(row.pattern()).isEqualTo(Pattern.BROKEN);
        assertThat(row.worstLateRatio()).isLessThanOrEqualTo(1);
        assertThat(row.worstCostRatio()).isLessThanOrEqualTo(1.1);
    }

    @Test
    void minutesInAnotherOrderEachHourAreNoPattern() {
        List<TracedRequest> trace = trace();

        ScalingRow ordered = ScalingRow.of(seed -> SimulatedLoad.ofTrace(trace, false, seed), 1);
        ScalingRow shuffled = ScalingRow.of(seed -> SimulatedLoad.ofTrace(trace, true, seed), 1);

        assertThat(ordered.worstLateRatio()).isLessThanOrEqualTo(0.5);
        assertThat(ordered.worstCostRatio()).isLessThanOrEqualTo(1.1);
        assertThat(shuffled.worstLateRatio()).isLessThanOrEqualTo(1);
        assertThat(shuffled.worstCostRatio()).isLessThanOrEqualTo(1.01);
    }

    @Test
    void drawsADocument() throws Exception {
        ScalingRow row = ScalingRow.of(Synthetic.EVERY_HOUR::draw, 1);

        String svg = ScalingPlot.svg(List.of(row, row));

        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(2);
        assertThatThrownBy(() -> ScalingRow.of(Synthetic.POISSON::draw, 0)).hasMessageContaining("seeds");
    }

    /** An hour that is quiet but for three bursts of some minutes. */
    private static List<TracedRequest> trace() {
        Random random = new Random(7);
        List<TracedRequest> requests = new ArrayList<>();
        for (int second = 0; second < 3_600; second++) {
            int minute = second / 60;
            boolean busy = minute / 4 == 2 || minute / 4 == 7 || minute / 4 == 12;
            if (busy || random.nextInt(5) == 0) {
                requests.add(new TracedRequest(Duration.ofMillis(1_000L * second + random.nextInt(1_000)), 50));
            }
        }
        return requests;
    }
}
