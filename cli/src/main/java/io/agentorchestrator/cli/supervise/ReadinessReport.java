package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.ComponentStatus;
import io.agentorchestrator.cli.stack.StackStatus;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Tells the changes between successive statuses, a line for each worth telling. Not thread-safe. */
final class ReadinessReport {
    private final Consumer<String> out;
    private final long startedNanos = System.nanoTime();
    private final Map<Component, String> seen = new EnumMap<>(Component.class);

    /** @param out takes the lines */
    ReadinessReport(Consumer<String> out) {
        this.out = out;
    }

    /** Tells what changed since the last time. */
    void show(StackStatus status) {
        for (ComponentStatus row : status.components()) {
            String line = line(row);
            if (!line.equals(seen.put(row.name(), line)) && !line.isEmpty()) {
                double seconds = (System.nanoTime() - startedNanos) / 1e9;
                out.accept("%6.1f s  %-16s %s".formatted(seconds, row.name().title(), line));
            }
        }
    }

    private static String line(ComponentStatus row) {
        String message = row.message() == null ? "" : row.message();
        return switch (row.state()) {
            case WAITING, STARTING, STOPPING, STOPPED -> "";
            case PREPARING -> message;
            case UP -> row.url() == null ? "ready" : "ready  " + row.url();
            case UNREADY, RESTARTING, FAILED, ORPHANED -> row.state().name().toLowerCase(Locale.ROOT) + ": " + message;
        };
    }
}
