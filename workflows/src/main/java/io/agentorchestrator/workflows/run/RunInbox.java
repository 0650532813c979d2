package io.agentorchestrator.workflows.run;

import io.agentorchestrator.workflows.planner.Event;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The events that a run has not folded yet, in the order of its history. Signals may fill it before the run's code begins. */
final class RunInbox {
    private static final Logger log = Workflow.getLogger(RunInbox.class);

    private final List<Event> events = new ArrayList<>();

    void grant(@Nullable List<Integer> tasks) {
        add(new Event.Granted(RunInput.orNone(tasks)));
    }

    void command(RunCommand command) {
        add(
                switch (command.kind()) {
                    case CANCEL -> new Event.CancelRequested(command.tasks(), command.reason());
                    case PAUSE -> new Event.PauseRequested();
                    case RESUME -> new Event.ResumeRequested();
                });
    }

    void add(Event event) {
        events.add(event);
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    /** Takes everything out. Signals come from outside: what they say of tasks that the run does not have is dropped. */
    List<Event> takeAll(int taskCount) {
        List<Event> taken = new ArrayList<>(events.size());
        for (Event event : events) {
            switch (event) {
                case Event.Granted(List<Integer> tasks) -> taken.add(new Event.Granted(known(tasks, taskCount)));
                case Event.CancelRequested(List<Integer> tasks, String reason) -> {
                    List<Integer> known = known(tasks, taskCount);
                    // None would mean the whole run.
                    if (tasks.isEmpty() || !known.isEmpty()) {
                        taken.add(new Event.CancelRequested(known, reason));
                    }
                }
                case Event.Begun _,
                        Event.LotReturned _,
                        Event.Settled _,
                        Event.BackoffOver _,
                        Event.PauseRequested _,
                        Event.ResumeRequested _ -> taken.add(event);
            }
        }
        events.clear();
        return taken;
    }

    private static List<Integer> known(List<Integer> tasks, int taskCount) {
        List<Integer> known =
                tasks.stream().filter(task -> task >= 0 && task < taskCount).toList();
        if (known.size() < tasks.size()) {
            log.warn("A signal names tasks that are not among this run's {}: {}", taskCount, tasks);
        }
        return known;
    }
}
