package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.Allowance;
import io.agentorchestrator.store.run.TaskReport;
import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Agents' reports on tasks that are not saved yet. They are, a second after the first, with all that have come
 * meanwhile; of a task that ends before, the outcome says enough. Confined to the {@link DispatchMachine}.
 */
final class PendingReports {
    private static final Duration SAVE_AFTER = Duration.ofSeconds(1);

    private final Consumer<DispatchEffect> decide;
    /** Tasks in the order in which they fall due. */
    private final Set<TrackedTask> pending = new LinkedHashSet<>();

    PendingReports(Consumer<DispatchEffect> decide) {
        this.decide = decide;
    }

    /** The agent of the task has reported something. What exceeds its budget's reservation is saved at once: the store tells then whether it has to stop. */
    void add(TrackedTask task, long now) {
        if (pending.add(task)) {
            task.reportDueAt = now + SAVE_AFTER.toNanos();
        }
        Allowance allowance = task.facts.allowance();
        if (allowance != null && allowance.isExceededBy(task.usage)) {
            save(task);
        }
    }

    void saveDue(long now) {
        while (!pending.isEmpty() && pending.iterator().next().reportDueAt <= now) {
            save(pending.iterator().next());
        }
    }

    /** Saves at once what is pending of the task, while it is at its agent. */
    void save(TrackedTask task) {
        if (pending.remove(task) && task.phase.holdsSlot() && task.agentId != null) {
            decide.accept(new DispatchEffect.SaveReport(new TaskReport(
                    task.tenant(),
                    task.id(),
                    task.epoch,
                    task.attempt,
                    task.agentId,
                    task.fraction,
                    task.progressMessage,
                    task.usage,
                    true)));
        }
    }

    /** Saves what a dispatch that is over has used up: the store knows whether it was that agent's. */
    void saveLate(TrackedTask task, int epoch, String agentId, Usage usage) {
        decide.accept(new DispatchEffect.SaveReport(
                new TaskReport(task.tenant(), task.id(), epoch, task.attempt, agentId, null, null, usage, false)));
    }
}
