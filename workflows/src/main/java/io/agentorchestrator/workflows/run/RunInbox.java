package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.Event;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The events that a run has not folded yet, in the order of its history. Signals may fill it before the run's code begins. */
final class RunInbox {
    private static final Logger log = Workflow.getLogger(RunInbox.class);
    /** Of what has no place in the order of commands. */
    private static final long NO_ORDER = 0;

    private final List<Arrival> arrivals = new ArrayList<>();
    private long lastToggle = NO_ORDER;
    private boolean runEnded;
    private @Nullable ApplicationFailure runUnknown;

    /** @param sequence of a command that a later one of its kind may overtake */
    private record Arrival(Event event, long sequence) {}

    void release(@Nullable List<Integer> tasks) {
        add(new Event.Released(RunInput.orNone(tasks)));
    }

    void command(CommandSignal command) {
        arrivals.add(
                switch (command.kind()) {
                    case CANCEL ->
                        new Arrival(
                                new Event.CancelRequested(command.tasks(), command.code(), command.reason()), NO_ORDER);
                    case EXPIRE -> new Arrival(new Event.DeadlinePassed(command.tasks()), NO_ORDER);
                    case PAUSE -> new Arrival(new Event.PauseRequested(), command.sequence());
                    case RESUME -> new Arrival(new Event.ResumeRequested(), command.sequence());
                });
    }

    void notice(RunNotice notice) {
        runEnded |= notice.runEnded();
        add(new Event.Noticed(notice.ended(), notice.notStarted()));
    }

    void batchReturned(int batch, BatchResult result) {
        runEnded |= result.runEnded();
        add(new Event.BatchReturned(batch, result.ended(), result.running(), result.notStarted(), result.releases()));
    }

    /** Tells whether a recording has ended the run in the store already. */
    boolean isRunEnded() {
        return runEnded;
    }

    /** Notes that the store does not have the run. */
    void runUnknown(ApplicationFailure why) {
        runUnknown = why;
    }

    /** Why the run cannot go on; null as long as it can. */
    @Nullable ApplicationFailure whyUnknown() {
        return runUnknown;
    }

    void add(Event event) {
        arrivals.add(new Arrival(event, NO_ORDER));
    }

    boolean isEmpty() {
        return arrivals.isEmpty();
    }

    /** Sets the last PAUSE or RESUME that the run before had applied, by its sequence; before anything is taken out. */
    void startAfter(long toggle) {
        lastToggle = toggle;
    }

    /** The sequence of the last PAUSE or RESUME that was taken out; 0 if none was. */
    long lastToggle() {
        return lastToggle;
    }

    /**
     * Takes everything out. Signals come from outside, and in any order: a PAUSE or RESUME that a later one has overtaken is
     * dropped, and so is what they say of tasks that the run does not have.
     */
    List<Event> takeAll(int taskCount) {
        List<Event> taken = new ArrayList<>(arrivals.size());
        for (Arrival arrival : arrivals) {
            if (isOvertaken(arrival)) {
                continue;
            }
            switch (arrival.event()) {
                case Event.Released(List<Integer> tasks) -> taken.add(new Event.Released(known(tasks, taskCount)));
                case Event.CancelRequested(List<Integer> tasks, String code, String reason) -> {
                    List<Integer> known = known(tasks, taskCount);
                    // None would mean the whole run.
                    if (tasks.isEmpty() || !known.isEmpty()) {
                        taken.add(new Event.CancelRequested(known, code, reason));
                    }
                }
                case Event.DeadlinePassed(List<Integer> tasks) -> {
                    List<Integer> known = known(tasks, taskCount);
                    if (!known.isEmpty()) {
                        taken.add(new Event.DeadlinePassed(known));
                    }
                }
                case Event.Noticed(List<AttemptEnd> ended, List<Integer> notStarted) ->
                    taken.add(
                            new Event.Noticed(known(ended, AttemptEnd::task, taskCount), known(notStarted, taskCount)));
                case Event.Begun _,
                        Event.BatchReturned _,
                        Event.Written _,
                        Event.BackoffOver _,
                        Event.PauseRequested _,
                        Event.ResumeRequested _ -> taken.add(arrival.event());
            }
        }
        arrivals.clear();
        return taken;
    }

    /** Commands that came with the run's input, as events; what waits here comes after them. */
    List<Event> given(List<CommandSignal> commands, int taskCount) {
        List<Arrival> waiting = List.copyOf(arrivals);
        arrivals.clear();
        commands.forEach(this::command);
        List<Event> events = takeAll(taskCount);
        arrivals.addAll(waiting);
        return events;
    }

    private boolean isOvertaken(Arrival arrival) {
        if (arrival.sequence() == NO_ORDER) {
            return false;
        }
        boolean overtaken = arrival.sequence() <= lastToggle;
        lastToggle = Math.max(lastToggle, arrival.sequence());
        return overtaken;
    }

    private static List<Integer> known(List<Integer> tasks, int taskCount) {
        return known(tasks, task -> task, taskCount);
    }

    private static <T> List<T> known(List<T> told, ToIntFunction<T> task, int taskCount) {
        List<T> known = told.stream()
                .filter(of -> task.applyAsInt(of) >= 0 && task.applyAsInt(of) < taskCount)
                .toList();
        if (known.size() < told.size()) {
            log.warn("A signal names tasks that are not among this run's {}: {}", taskCount, told);
        }
        return known;
    }
}
