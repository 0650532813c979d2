package io.agentorchestrator.workflows.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.agentorchestrator.workflows.dag.Topology;
import io.agentorchestrator.workflows.forecast.FinishForecast.Finish;
import io.agentorchestrator.workflows.forecast.TypeTime.Expected;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FinishForecastTest {
    private static final TypeTime MEASURED = new TypeTime(10, 4, 100);

    @Test
    void withoutSpreadTheScheduleIsTheForecast() {
        Finish finish =
                forecast(chain(3), new Expected(10, 0, 0), 1, Progress.none(3)).last();

        assertThat(finish).isEqualTo(new Finish(30, 30, 30));
    }

    @Test
    void spreadWidensTheBandAndAJoinWaitsForTheLastOfMany() {
        Finish chain = forecast(chain(4), MEASURED.of(1), 1, Progress.none(4)).last();
        assertThat(chain.at()).isCloseTo(40, within(2.0));
        // Four independent standard deviations of 2, and the common error of the mean.
        assertThat(chain.latest() - chain.at()).isCloseTo(2 * Math.hypot(4, 4 * 0.28), within(2.5));

        Finish wide =
                forecast(new int[50][0], MEASURED.of(1), 50, Progress.none(50)).last();
        assertThat(wide.at()).isGreaterThan(12);
    }

    @Test
    void whatHasRunLessenWhatIsLeft() {
        BitSet running = BitSet.valueOf(new long[] {1});
        Progress progress = new Progress(new BitSet(), running, new double[] {6, 0});

        assertThat(forecast(chain(2), new Expected(10, 0, 0), 1, progress)
                        .last()
                        .at())
                .isEqualTo(14);
    }

    @Test
    void theSameQuestionHasTheSameAnswer() {
        Finish one = forecast(chain(5), MEASURED.of(2), 2, Progress.none(5)).last();
        Finish other = forecast(chain(5), MEASURED.of(2), 2, Progress.none(5)).last();

        assertThat(one).isEqualTo(other);
    }

    /** Of runs whose times vary as was measured, the band holds most. */
    @Test
    void theBandHoldsMostRuns() {
        Random random = new Random(7);
        int[][] parents = ListSchedulePropertyTest.parents(60, random);
        Finish finish = forecast(parents, MEASURED.of(1), 4, Progress.none(60)).last();
        Topology topology = Topology.of(parents);
        ListSchedule schedule = schedule(topology, 4);
        int within = 0;
        for (int run = 0; run < 200; run++) {
            double[] seconds = random.doubles(60)
                    .map(_ -> Math.max(0.1, 10 + 2 * random.nextGaussian()))
                    .toArray();
            double makespan = Arrays.stream(schedule.finishes(seconds, Progress.none(60)))
                    .max()
                    .orElseThrow();
            within += finish.earliest() <= makespan && makespan <= finish.latest() ? 1 : 0;
        }

        assertThat(within).isGreaterThan(170);
    }

    @Test
    void slackIsWhatAnOffPathTaskMayBeLate() {
        // 0 (1 s) -> 1 (5 s) -> 3, 0 -> 2 (2 s) -> 3 (1 s)
        Slack slack = new Slack(Topology.of(new int[][] {{}, {0}, {0}, {1, 2}}), new double[] {1, 5, 2, 1});

        assertThat(slack.total()).isEqualTo(7);
        assertThat(List.of(slack.of(0), slack.of(1), slack.of(2), slack.of(3))).containsExactly(0.0, 0.0, 3.0, 0.0);
        assertThat(slack.remaining(2)).isEqualTo(3);
        assertThat(slack.earliestStart(3)).isEqualTo(6);
    }

    @Test
    void fewSamplesAreNoMeasurement() {
        assertThat(new TypeTime(10, 0, 2).isKnown()).isFalse();
        assertThat(new TypeTime(10, 4, 3).isKnown()).isTrue();
        assertThat(MEASURED.of(3).least()).isLessThan(30).isGreaterThan(15);
    }

    private static int[][] chain(int size) {
        int[][] parents = new int[size][];
        for (int task = 0; task < size; task++) {
            parents[task] = task == 0 ? new int[0] : new int[] {task - 1};
        }
        return parents;
    }

    private static FinishForecast forecast(int[][] parents, Expected each, int slots, Progress progress) {
        Topology topology = Topology.of(parents);
        return FinishForecast.of(
                schedule(topology, slots),
                Collections.nCopies(parents.length, each),
                new int[parents.length],
                progress,
                42);
    }

    private static ListSchedule schedule(Topology topology, int slots) {
        int size = topology.size();
        BitSet type = BitSet.valueOf(new long[] {1});
        double[] ones = new double[size];
        Arrays.fill(ones, 1);
        return new ListSchedule(
                topology, new int[size], ListSchedule.byPath(topology.remaining(ones)), List.of(new Pool(type, slots)));
    }
}
