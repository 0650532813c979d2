package io.agentorchestrator.cli.loadtest.measure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.OptionalDouble;

/** Reads the metrics of a process of ours. Thread-safe. */
public final class Prometheus implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final URI metrics;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();

    /** @param baseUrl of the process */
    public Prometheus(String baseUrl) {
        this.metrics = URI.create(baseUrl + "/actuator/prometheus");
    }

    /** Bytes of heap in use, garbage included; empty where the process does not answer. */
    public OptionalDouble heapBytes() throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(metrics).timeout(LIMIT).build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? heapBytes(response.body()) : OptionalDouble.empty();
        } catch (IOException away) {
            return OptionalDouble.empty();
        }
    }

    static OptionalDouble heapBytes(String text) {
        double[] pools = text.lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{") && line.contains("area=\"heap\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .toArray();
        return pools.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(java.util.Arrays.stream(pools).sum());
    }

    @Override
    public void close() {
        http.close();
    }
}
