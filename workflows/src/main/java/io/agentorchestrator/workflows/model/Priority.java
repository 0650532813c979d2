package io.agentorchestrator.workflows.model;

/** The urgency of a task; the key is Temporal's priority key, 1 being the most urgent. */
public enum Priority {
    CRITICAL(1),
    HIGH(2),
    NORMAL(3),
    LOW(4),
    BACKGROUND(5);

    private final int key;

    Priority(int key) {
        this.key = key;
    }

    /** Temporal's priority key, 1 to 5. */
    public int key() {
        return key;
    }

    /** Tells whether others may be stopped for such a task. */
    public boolean mayPreempt() {
        return this == CRITICAL || this == HIGH;
    }

    /** The priority of a Temporal key.
     *
     * @throws IllegalArgumentException if {@code key} is not 1 to 5
     */
    public static Priority ofKey(int key) {
        if (key < 1 || key > 5) {
            throw new IllegalArgumentException("a priority key is 1 to 5, not " + key);
        }
        return values()[key - 1];
    }
}
