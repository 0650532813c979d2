package io.agentorchestrator.store.budget;

import java.util.UUID;

/** The reasons in {@code task_state.held_by} of tasks that a budget has no room for. */
public final class HeldFor {
    /** Holds a task until what is set apart for others is settled, or a period ends. */
    public static final String ROOM = "BUDGET:";
    /** Holds a task until somebody raises the budget. */
    public static final String RAISE = "BUDGET_EXCEEDED:";

    static final String PERIOD = "P";
    /** Ends the key of the part of a period's budget that some priorities may use. */
    static final String PART = "-";

    private HeldFor() {}

    static String key(UUID account) {
        return account.toString();
    }

    static String key(long periodicBudget) {
        return PERIOD + periodicBudget;
    }

    /** The budget of a period that a key is of, or a part of it. */
    static long periodicBudget(String key) {
        return Long.parseLong(key, PERIOD.length(), isPart(key) ? key.length() - PART.length() : key.length(), 10);
    }

    /** The key of a reason. */
    public static String keyOf(String reason) {
        return reason.substring(reason.indexOf(':') + 1);
    }

    /** Tells whether a key is that of this period's budget, or of a part of it. */
    public static boolean isOf(String key, long periodicBudget) {
        return key.equals(key(periodicBudget)) || key.equals(key(periodicBudget) + PART);
    }

    /** Tells whether a key is that of a part of a budget. */
    public static boolean isPart(String key) {
        return isPeriodic(key) && key.endsWith(PART);
    }

    /** Tells whether a key is that of a period's budget. */
    public static boolean isPeriodic(String key) {
        return key.startsWith(PERIOD);
    }
}
