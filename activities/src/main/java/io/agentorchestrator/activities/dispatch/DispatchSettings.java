package io.agentorchestrator.activities.dispatch;

import java.time.Duration;

/**
 * The bounds of a batch's activity.
 *
 * @param linger how long the first news for the planner (a failure, a release, a task that is not to be watched here any more) waits for
 *     more before the batch returns
 * @param patience the same for tasks that have completed, which nothing in the run waits to hear of
 * @param maxWatch how long a batch without any outcome is watched before it returns
 * @param maxLocalWatch the same for a batch that its workflow's worker dispatches itself: signals to the run wait for it
 * @param maxWaitForSlot how long a task waits for an agent before it goes back to the backlog
 * @param heartbeatEvery how often Temporal, and disconnected agents, are called on
 */
public record DispatchSettings(
        Duration linger,
        Duration patience,
        Duration maxWatch,
        Duration maxLocalWatch,
        Duration maxWaitForSlot,
        Duration heartbeatEvery) {
    public static final DispatchSettings DEFAULT = new DispatchSettings(
            Duration.ofMillis(50),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofMillis(500),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2));
}
