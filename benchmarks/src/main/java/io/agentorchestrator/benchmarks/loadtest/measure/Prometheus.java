package io.agentorchestrator.benchmarks.loadtest.measure;

import io.agentorchestrator.cli.supervise.HttpProbe;

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
        String text = text();
        return text.isEmpty() ? Double.NaN : total(text, name);
    }

    /** All of them; empty where the process does not answer. */
    String text() throws InterruptedException {
        return http.body(url).orElse("");
    }

    /** The sum of the heap's pools; 0 where the text tells of none. */
    static double heapBytes(String text) {
        return total(text, "jvm_memory_used_bytes", "area=\"heap\"");
    }

    static double total(String text, String name) {
        return total(text, name, "");
    }

    private static double total(String text, String name, String label) {
        return text.lines()
                .filter(line -> (line.startsWith(name + "{") || line.startsWith(name + " ")) && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
