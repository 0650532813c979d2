package io.agentorchestrator.cli.stack;

import java.util.List;

/** Every component's row, in the order of {@link Component}; {@code status.json} holds the supervisor's latest view. */
public record StackStatus(List<ComponentStatus> components) {
    /** Copies the rows. */
    public StackStatus {
        components = List.copyOf(components);
    }

    /** Tells whether every component is ready. */
    public boolean up() {
        return !components.isEmpty() && components.stream().allMatch(each -> each.state() == ComponentState.UP);
    }

    /** The rows that were given up. */
    public List<ComponentStatus> failed() {
        return components.stream()
                .filter(each -> each.state() == ComponentState.FAILED)
                .toList();
    }
}
