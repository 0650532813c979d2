package io.agentorchestrator.store.run;

import java.util.UUID;

/**
 * A dispatch that has used more than was set apart for it, and for which its task's budget or its DAG's does not suffice.
 *
 * @param fails whether its task fails by it; otherwise it goes back to the backlog, where its budget decides
 * @param why for people
 */
public record OverBudget(UUID taskId, int epoch, boolean fails, String why) {}
