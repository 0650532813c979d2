package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.ComponentState;
import io.agentorchestrator.cli.stack.ComponentStatus;
import io.agentorchestrator.cli.stack.StackStatus;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The rows of all components, published at every change. What cannot be published counts all the same, and is published by a later update.
 * Thread-safe.
 */
final class StatusBoard {
    private final Map<Component, ComponentStatus> rows = new EnumMap<>(Component.class);
    private final Consumer<StackStatus> publisher;
    private final RepeatedStep publishing = new RepeatedStep("Writing the status of the stack");
    private boolean published;

    StatusBoard(List<ComponentStatus> initial, Consumer<StackStatus> publisher) {
        this.publisher = publisher;
        initial.forEach(row -> rows.put(row.name(), row));
        publisher.accept(snapshot());
        published = true;
    }

    synchronized ComponentStatus row(Component component) {
        ComponentStatus row = rows.get(component);
        if (row == null) {
            throw new IllegalArgumentException("Not part of this stack: " + component);
        }
        return row;
    }

    synchronized StackStatus snapshot() {
        return new StackStatus(List.copyOf(rows.values()));
    }

    synchronized void update(Component component, UnaryOperator<ComponentStatus> change) {
        ComponentStatus before = row(component);
        ComponentStatus after = change.apply(before);
        if (!after.equals(before)) {
            rows.put(component, after);
            published = false;
            notifyAll();
        }
        if (!published) {
            published = publishing.attempt(() -> publisher.accept(snapshot()));
        }
    }

    /** Waits until all of these were seen up. */
    synchronized void awaitUp(Set<Component> components) throws InterruptedException {
        while (!components.stream().allMatch(each -> row(each).state() == ComponentState.UP)) {
            wait();
        }
    }
}
