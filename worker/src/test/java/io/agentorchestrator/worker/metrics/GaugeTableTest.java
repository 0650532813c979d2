package io.agentorchestrator.worker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class GaugeTableTest {
    private static final int SCRAPES = 10_000;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final GaugeTable table = new GaugeTable(registry, "depth", "Tasks");

    @Test
    void publishesTheRowsAsTheyAreNow() {
        table.publish(Map.of(Tags.of("type", "a"), 1.0, Tags.of("type", "b"), 2.0));
        assertThat(registry.scrape()).contains("depth{type=\"a\"} 1.0", "depth{type=\"b\"} 2.0");

        table.publish(Map.of(Tags.of("type", "b"), 3.0));
        assertThat(registry.scrape()).contains("depth{type=\"b\"} 3.0").doesNotContain("type=\"a\"");

        table.publish(Map.of());
        assertThat(registry.scrape()).doesNotContain("depth{");
    }

    /** Rows that come and go meanwhile may be in a scrape or not. */
    @Test
    void everyScrapeBesidePublishingSucceedsAndHasTheRowsThatStay() throws Exception {
        CountDownLatch published = new CountDownLatch(1);
        ExecutorService publisher = Executors.newSingleThreadExecutor();
        try {
            Future<?> publishing = publisher.submit(() -> {
                for (int round = 0; !Thread.currentThread().isInterrupted(); round++) {
                    table.publish(Map.of(
                            Tags.of("round", "all"), (double) round, Tags.of("round", String.valueOf(round % 2)), 1.0));
                    published.countDown();
                }
            });
            published.await();
            for (int scrape = 0; scrape < SCRAPES; scrape++) {
                assertThat(registry.scrape()).containsOnlyOnce("depth{round=\"all\"}");
            }
            assertThat(publishing.isDone()).as("nothing is thrown").isFalse();
        } finally {
            publisher.shutdownNow();
        }
    }
}
