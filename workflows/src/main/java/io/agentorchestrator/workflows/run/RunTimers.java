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
 * The waits before further attempts. Waits that end at about the same time share a timer, so that many failures at once do not
 * fill the history; a wait of a second or more grows by a tenth of a second or a thirty-second part of itself at most, a shorter one by
 * an eighth or 8 ms. Temporal fires a timer of less than a second up to a second late, so such a wait is an activity.
 */
final class RunTimers {
    private static final long SHORTEST_TIMER_MILLIS = 1_000;
    private static final long MIN_SLOT_MILLIS = 100;
    private static final long SLOTS_PER_WAIT = 32;
    private static final long MIN_SLOT_OF_SHORT_MILLIS = 8;
    private static final long SLOTS_PER_SHORT_WAIT = 8;

    private final RunInbox inbox;
    private final RunCalls calls;
    private final Map<Long, List<Integer>> tasksByDueMillis = new HashMap<>();
    private final Map<Integer, Long> dueMillisByTask = new HashMap<>();

    RunTimers(RunInbox inbox, RunCalls calls) {
        this.inbox = inbox;
        this.calls = calls;
    }

    void start(Decision.Backoff backoff) {
        long waitMillis = backoff.delay().toMillis();
        if (waitMillis == 0) {
            inbox.add(new Event.BackoffOver(backoff.task()));
            return;
        }
        long nowMillis = Workflow.currentTimeMillis();
        long slotMillis = slotMillis(waitMillis);
        long dueMillis = Math.ceilDiv(nowMillis + waitMillis, slotMillis) * slotMillis;
        dueMillisByTask.put(backoff.task(), dueMillis);
        List<Integer> sharing = tasksByDueMillis.get(dueMillis);
        if (sharing != null) {
            sharing.add(backoff.task());
            return;
        }
        tasksByDueMillis.put(dueMillis, new ArrayList<>(List.of(backoff.task())));
        long leftMillis = Math.max(1, dueMillis - nowMillis);
        if (leftMillis < SHORTEST_TIMER_MILLIS) {
            calls.backOff(leftMillis, () -> over(dueMillis));
        } else {
            TimerOptions options =
                    TimerOptions.newBuilder().setSummary("back-off").build();
            Workflow.newTimer(Duration.ofMillis(leftMillis), options).thenApply(_ -> {
                over(dueMillis);
                return null;
            });
        }
    }

    private static long slotMillis(long waitMillis) {
        return waitMillis < SHORTEST_TIMER_MILLIS
                ? Math.max(MIN_SLOT_OF_SHORT_MILLIS, Long.highestOneBit(waitMillis / SLOTS_PER_SHORT_WAIT))
                : Math.max(MIN_SLOT_MILLIS, Long.highestOneBit(waitMillis / SLOTS_PER_WAIT));
    }

    private void over(long dueMillis) {
        List<Integer> tasks = tasksByDueMillis.remove(dueMillis);
        if (tasks != null) {
            for (int task : tasks) {
                dueMillisByTask.remove(task);
                inbox.add(new Event.BackoffOver(task));
            }
        }
    }

    /** The time that a task still has to wait; 0 if it has none. */
    long leftMillis(int task) {
        Long dueMillis = dueMillisByTask.get(task);
        return dueMillis == null ? 0 : Math.max(0, dueMillis - Workflow.currentTimeMillis());
    }
}
