package io.agentorchestrator.benchmarks.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.agentorchestrator.benchmarks.placement.PricedPool.Agent;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class ComparisonTest {
    private static final int REQUESTS = 3_000;
    private static final double MEAN_TOKENS = 28;

    @TempDir
    private Path folder;

    @Test
    void tasksCostLessWhereThereIsAChoiceAndNotMuchMoreTime() {
        Comparison half = compare(PricedPool.of(16, 8, 2), 0.5);

        assertThat(half.costBased().costPerThousandUsd())
                .isLessThan(0.95 * half.leastLoaded().costPerThousandUsd());
        assertThat(half.costBased().cheapShare())
                .isGreaterThan(half.leastLoaded().cheapShare());
        assertThat(half.costBased().percentileSeconds(0.99))
                .isLessThan(1.5 * half.leastLoaded().percentileSeconds(0.99));
    }

    @Test
    void noSlotIsIdleForAPriceWhereAgentsAreFull() {
        Comparison nearlyFull = compare(PricedPool.of(16, 8, 2), 0.9);

        assertThat(nearlyFull.costBased().costPerThousandUsd())
                .isLessThan(nearlyFull.leastLoaded().costPerThousandUsd());
        assertThat(nearlyFull.costBased().meanSeconds())
                .isLessThan(1.25 * nearlyFull.leastLoaded().meanSeconds());
    }

    /** A cheap agent that is full does not draw tasks that have to leave it again. */
    @Test
    void tasksAreCommittedOnceWhereSlotsAreFree() {
        Comparison half = compare(PricedPool.of(16, 8, 2), 0.5);

        assertThat(half.costBased().dispatchesPerTask()).isLessThan(1.1);
    }

    @Test
    void allTasksEndAndCostTheirTokens() {
        List<TracedRequest> requests = requests();
        PricedPool pool = new PricedPool(List.of(new Agent("one", 8, 2, 60), new Agent("two", 8, 2, 60)));

        Comparison compared = Comparison.of("equal agents", "2 × 8", requests, pool, 0.5);

        double tokens = requests.stream().mapToInt(TracedRequest::tokens).sum();
        assertThat(compared.costBased().tasks()).isEqualTo(REQUESTS);
        assertThat(compared.costBased().costPerThousandUsd())
                .isCloseTo(2 * tokens * 0.06 / 3_600 / REQUESTS * 1_000, within(1e-9));
    }

    @Test
    void readsATraceAndNamesTheLineThatIsNone() throws IOException {
        String header = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
        Path good = Files.writeString(
                folder.resolve("good.csv"),
                header + "2023-11-16 18:17:03.9799600,4808,10\r\n2023-11-16 18:17:04.0319600,3180,8\r\n");
        Path bad = Files.writeString(folder.resolve("bad.csv"), header + "2023-11-16 18:17:03.9799600,4808\n");

        assertThat(TracedRequest.read(good))
                .containsExactly(new TracedRequest(Duration.ZERO, 10), new TracedRequest(Duration.ofMillis(52), 8));
        assertThatThrownBy(() -> TracedRequest.read(bad)).hasMessageContaining("bad.csv, line 2:");
    }

    @Test
    void thePlotIsADocument() throws Exception {
        List<Comparison> all = List.of(compare(PricedPool.of(4, 2, 1), 0.5));

        var document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(Plot.svg(all))));

        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
    }

    private static Comparison compare(PricedPool pool, double load) {
        return Comparison.of("drawn, " + load, "", requests(), pool, load);
    }

    /** Comes one by one within the hour; exponentially distributed work. */
    private static List<TracedRequest> requests() {
        Random random = new Random(7);
        List<TracedRequest> requests = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            requests.add(new TracedRequest(
                    Duration.ofNanos((long) (random.nextDouble() * TracedRequest.HOUR.toNanos())),
                    1 + (int) (MEAN_TOKENS * -Math.log(1 - random.nextDouble()))));
        }
        requests.sort(Comparator.comparing(TracedRequest::at));
        return requests;
    }
}
