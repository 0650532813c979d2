package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.planner.Event;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The waits before further attempts. Waits that end within the same tenth of a second share a timer, so that many failures at
 * once do not fill the history.
 */
final class RunTimers {
    private static final long SLOT_MILLIS = 100;

    private final RunInbox inbox;
    private final Map<Long, List<Integer>> tasksBySlot = new HashMap<>();
    private final Map<Integer, Long> slotByTask = new HashMap<>();

    RunTimers(RunInbox inbox) {
        this.inbox = inbox;
    }

    void start(Decision.Backoff backoff) {
        long nowMillis = Workflow.currentTimeMillis();
        long dueMillis = nowMillis + backoff.delay().toMillis();
        long slot = Math.ceilDiv(dueMillis, SLOT_MILLIS);
        slotByTask.put(backoff.task(), slot);
        List<Integer> sharing = tasksBySlot.get(slot);
        if (sharing != null) {
            sharing.add(backoff.task());
            return;
        }
        tasksBySlot.put(slot, new ArrayList<>(List.of(backoff.task())));
        TimerOptions options = TimerOptions.newBuilder().setSummary("back-off").build();
        Workflow.newTimer(Duration.ofMillis(Math.max(1, slot * SLOT_MILLIS - nowMillis)), options)
                .thenApply(_ -> {
                    over(slot);
                    return null;
                });
    }

    private void over(long slot) {
        List<Integer> tasks = tasksBySlot.remove(slot);
        if (tasks != null) {
            for (int task : tasks) {
                slotByTask.remove(task);
                inbox.add(new Event.BackoffOver(task));
            }
        }
    }

    /** How long a task still has to wait. */
    long leftMillis(int task) {
        Long slot = slotByTask.get(task);
        return slot == null ? 0 : Math.max(0, slot * SLOT_MILLIS - Workflow.currentTimeMillis());
    }
}
