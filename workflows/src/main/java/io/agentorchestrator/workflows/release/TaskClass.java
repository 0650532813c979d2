package io.agentorchestrator.workflows.release;

/**
 * Tasks that the same agents accept: an agent that may be given one of a class may be given all of it. Known by {@link TaskClasses}.
 *
 * @param tenants number of the tenants whose tasks these are, as the fleet divides them; {@value #OTHERS} is all tenants that no agent of the type
 *     names, which is everybody where none names any
 * @param selectors number of the selectors that these tasks have, as the fleet divides them; {@value #OTHERS} is none, and those that all agents of
 *     the type meet
 */
public record TaskClass(String taskType, int tenants, int selectors) {
    /** The tenants that no agent of the type names; the selectors that all of them meet. */
    public static final int OTHERS = 0;

    /** The tasks of this type of all tenants that no agent names, without selectors. */
    public static TaskClass of(String taskType) {
        return new TaskClass(taskType, OTHERS, OTHERS);
    }
}
