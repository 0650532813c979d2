package io.agentorchestrator.benchmarks.loadtest.measure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
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

    /** A metric's sum over all its labels, 0 where nothing was counted yet; empty where the process does not answer. */
    public OptionalDouble total(String name) throws InterruptedException {
        Optional<String> text = text();
        return text.isPresent() ? OptionalDouble.of(total(text.get(), name)) : OptionalDouble.empty();
    }

    /** All of them; empty where the process does not answer. */
    Optional<String> text() throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(metrics).timeout(LIMIT).build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
        } catch (IOException away) {
            return Optional.empty();
        }
    }

    static OptionalDouble heapBytes(String text) {
        double[] pools = values(text, "jvm_memory_used_bytes", "area=\"heap\"");
        return pools.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Arrays.stream(pools).sum());
    }

    static double total(String text, String name) {
        return Arrays.stream(values(text, name, "")).sum();
    }

    private static double[] values(String text, String name, String label) {
        return text.lines()
                .filter(line -> (line.startsWith(name + "{") || line.startsWith(name + " ")) && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .toArray();
    }

    @Override
    public void close() {
        http.close();
    }
}
