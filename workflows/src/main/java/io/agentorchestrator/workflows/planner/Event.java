package io.agentorchestrator.workflows.planner;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Something the planner learns. Each event is recorded in the run's history before the planner sees it. */
public sealed interface Event {

    /** The run has begun, or goes on after continue-as-new. */
    record Begun() implements Event {}

    /** Release let these tasks out of the backlog. Repeats, and releases of tasks that have moved on, change nothing. */
    record Released(List<Integer> tasks) implements Event {}

    /**
     * A batch's activity returned. Every task of the batch is in exactly one of {@code ended}, {@code running} and
     * {@code notStarted}.
     *
     * @param running still at an agent: whoever watches them there tells by a notice how they end
     * @param notStarted back in the backlog: found no capacity; a release will come
     * @param releases tasks of this run, dependents among them, that the recording transaction released
     */
    record BatchReturned(
            int batch, List<AttemptEnd> ended, List<Integer> running, List<Integer> notStarted, List<Integer> releases)
            implements Event {}

    /**
     * News of tasks that their batches left running. Of other tasks, and of attempts before the present one, it only tells
     * that there is something to look at: a notice may come again, late, or ahead of its batch's answer.
     *
     * @param notStarted back in the backlog
     */
    record Noticed(List<AttemptEnd> ended, List<Integer> notStarted) implements Event {}

    /** The store has recorded what a {@link Decision.Write} asked for. */
    record Written(int number, List<Integer> releases) implements Event {}

    /** The back-off of a task is over. */
    record BackoffOver(int task) implements Event {}

    /**
     * Somebody wants these tasks to end; an empty list means the whole run.
     *
     * @param code what the errors of the tasks say, for instance {@link EndCodes#CANCELLED}
     */
    record CancelRequested(List<Integer> tasks, String code, String reason) implements Event {}

    /**
     * The deadlines of these tasks have passed. Those that nobody works at fail; those that may be at an agent fail unless the
     * attempt there ends them.
     */
    record DeadlinePassed(List<Integer> tasks) implements Event {}

    record PauseRequested() implements Event {}

    record ResumeRequested() implements Event {}

    /** The tasks that it names, in no order and perhaps more than once. */
    default IntStream named() {
        return switch (this) {
            case Released released -> indexes(released.tasks());
            case BatchReturned returned ->
                IntStream.concat(
                        returned.ended().stream().mapToInt(AttemptEnd::task),
                        Stream.of(returned.running(), returned.notStarted(), returned.releases())
                                .flatMapToInt(Event::indexes));
            case Noticed noticed ->
                IntStream.concat(noticed.ended().stream().mapToInt(AttemptEnd::task), indexes(noticed.notStarted()));
            case Written written -> indexes(written.releases());
            case BackoffOver over -> IntStream.of(over.task());
            case CancelRequested cancel -> indexes(cancel.tasks());
            case DeadlinePassed passed -> indexes(passed.tasks());
            case Begun _, PauseRequested _, ResumeRequested _ -> IntStream.empty();
        };
    }

    private static IntStream indexes(List<Integer> tasks) {
        return tasks.stream().mapToInt(Integer::intValue);
    }
}
