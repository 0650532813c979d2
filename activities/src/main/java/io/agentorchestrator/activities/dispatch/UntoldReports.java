package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.store.run.TaskReport;
import io.agentorchestrator.store.state.AttemptOutcome.Usage;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Agents' reports on tasks that the store has not been told. It is told a second after the first report, of all that have come
 * meanwhile; of a task that ends before, the outcome says enough. Confined to the {@link DispatchMachine}.
 */
final class UntoldReports {
    private static final Duration TELL_AFTER = Duration.ofSeconds(1);

    private final Consumer<DispatchEffect> decide;
    /** Tasks in the order in which they fall due. */
    private final Set<TrackedTask> untold = new LinkedHashSet<>();

    UntoldReports(Consumer<DispatchEffect> decide) {
        this.decide = decide;
    }

    /** The agent of the task has reported something. */
    void add(TrackedTask task, long now) {
        if (untold.add(task)) {
            task.reportDueAt = now + TELL_AFTER.toNanos();
        }
    }

    void tellDue(long now) {
        while (!untold.isEmpty() && untold.iterator().next().reportDueAt <= now) {
            tell(untold.iterator().next());
        }
    }

    /** Tells at once what is untold of the task, while it is at its agent. */
    void tell(TrackedTask task) {
        if (untold.remove(task) && task.phase.holdsSlot() && task.agentId != null) {
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

    /** Tells what a dispatch that is over has used up: the store knows whether it was that agent's. */
    void tellLate(TrackedTask task, int epoch, String agentId, Usage usage) {
        decide.accept(new DispatchEffect.SaveReport(
                new TaskReport(task.tenant(), task.id(), epoch, task.attempt, agentId, null, null, usage, false)));
    }
}
