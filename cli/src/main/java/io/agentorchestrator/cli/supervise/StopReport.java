package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.ComponentState;
import io.agentorchestrator.cli.stack.ComponentStatus;
import io.agentorchestrator.cli.stack.StackStatus;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Tells how the stopping of a stack goes: what has ended, and every few seconds what has not. Not thread-safe. */
final class StopReport {
    /** Nobody is left without a word for longer. */
    static final Duration MAX_SILENCE = Duration.ofSeconds(5);

    private final Supplier<Optional<StackStatus>> statuses;
    private final Consumer<String> out;
    private final LongSupplier nanos;
    private final long startedNanos;
    private final Set<Component> running = EnumSet.noneOf(Component.class);
    private long toldNanos;

    /**
     * Begins.
     *
     * @param statuses the supervisor's latest view
     * @param out takes the lines
     * @param nanos a clock, such as {@link System#nanoTime()}
     */
    StopReport(Supplier<Optional<StackStatus>> statuses, Consumer<String> out, LongSupplier nanos) {
        this.statuses = statuses;
        this.out = out;
        this.nanos = nanos;
        this.startedNanos = nanos.getAsLong();
        this.toldNanos = startedNanos;
        statuses.get()
                .ifPresent(status -> status.components().stream()
                        .filter(row -> row.state() != ComponentState.STOPPED && row.pid() != null)
                        .forEach(row -> running.add(row.name())));
    }

    /** Tells what is new; may be called as often as one likes. */
    void tick() {
        long now = nanos.getAsLong();
        for (ComponentStatus row : statuses.get().map(StackStatus::components).orElse(List.of())) {
            if (row.state() == ComponentState.STOPPED && running.remove(row.name())) {
                tell(now, row.name().title() + " stopped");
            }
        }
        if (!running.isEmpty() && now - toldNanos >= MAX_SILENCE.toNanos()) {
            tell(now, "still running: " + names() + reason());
        }
    }

    private String names() {
        return running.stream().map(Component::title).collect(Collectors.joining(", "));
    }

    private String reason() {
        boolean writes = running.contains(Component.API) || running.contains(Component.WORKER);
        return writes ? " (API and worker write down what their next start needs, once for each build)" : "";
    }

    private void tell(long now, String line) {
        toldNanos = now;
        out.accept(String.format(Locale.ROOT, "%6.1f s  %s", (now - startedNanos) / 1e9, line));
    }
}
