package io.agentorchestrator.workflows.planner;

import java.util.List;

/** Something the planner learns. Each event is recorded in the run's history before the planner sees it. */
public sealed interface Event {

    /** The run has begun, or goes on after continue-as-new. */
    record Begun() implements Event {}

    /** Release let these tasks out of the backlog. Repeats, and grants of tasks that have moved on, change nothing. */
    record Granted(List<Integer> tasks) implements Event {}

    /**
     * A lot's activity returned. Every task of the lot is in exactly one of {@code ended}, {@code running} and
     * {@code notStarted}.
     *
     * @param running still at an agent: to be watched in a further lot
     * @param notStarted back in the backlog: found no capacity; a grant will come
     * @param grants tasks of this run, dependents among them, that the recording transaction granted
     */
    record LotReturned(
            int lot, List<AttemptEnd> ended, List<Integer> running, List<Integer> notStarted, List<Integer> grants)
            implements Event {}

    /** What a {@link Decision.Settle} asked for is recorded. */
    record Settled(int settlement, List<Integer> grants) implements Event {}

    /** The back-off of a task is over. */
    record BackoffOver(int task) implements Event {}

    /**
     * Somebody wants these tasks to end; an empty list means the whole run.
     *
     * @param code what the errors of the tasks say, for instance {@link EndCodes#CANCELLED}
     */
    record CancelRequested(List<Integer> tasks, String code, String reason) implements Event {}

    record PauseRequested() implements Event {}

    record ResumeRequested() implements Event {}
}
