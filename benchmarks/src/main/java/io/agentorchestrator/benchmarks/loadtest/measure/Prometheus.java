package io.agentorchestrator.benchmarks.loadtest.measure;

import io.agentorchestrator.cli.supervise.HttpProbe;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads the metrics of a process of ours. Thread-safe. */
public final class Prometheus {
    private final HttpProbe http = new HttpProbe();
    private final String url;

    /** @param baseUrl of the process */
    public Prometheus(String baseUrl) {
        this.url = baseUrl + "/actuator/prometheus";
    }

    /** A metric's sum over all its labels, 0 where nothing was counted yet; NaN where the process does not answer. */
    public double total(String name) throws InterruptedException {
        return text().map(text -> total(text, name)).orElse(Double.NaN);
    }

    /** All of them; empty where the process does not answer. */
    Optional<String> text() throws InterruptedException {
        return http.body(url);
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
}
