package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How often transitions happened, and events met tasks in each phase, over many simulations. */
final class Visits {
    private final Map<String, Integer> transitions = new TreeMap<>();
    private final Map<String, Integer> meetings = new TreeMap<>();

    private final Map<TaskStatus, Integer> lost = new EnumMap<>(TaskStatus.class);
    private int continuations;

    void changed(TaskPhase from, TaskPhase to) {
        transitions.merge(from + " → " + to, 1, Integer::sum);
    }

    void continuedAsNew() {
        continuations++;
    }

    /** The run was lost when its task had this status in the store. */
    void lost(TaskStatus status) {
        lost.merge(status, 1, Integer::sum);
    }

    void visit(Planner planner, Event event) {
        switch (event) {
            case Event.Begun _ -> {}
            case Event.Granted(List<Integer> tasks) -> {
                meet("Granted", planner, tasks);
                meet("GrantedWhilePaused", planner, planner.isPaused() ? tasks : List.of());
            }
            case Event.LotReturned returned -> {
                meet(
                        "Ended",
                        planner,
                        returned.ended().stream().map(AttemptEnd::task).toList());
                meet("Running", planner, returned.running());
                meet("NotStarted", planner, returned.notStarted());
            }
            case Event.Settled settled -> meet("GrantedBySettlement", planner, settled.grants());
            case Event.BackoffOver over -> meet("BackoffOver", planner, List.of(over.task()));
            case Event.CancelRequested(List<Integer> tasks, String _, String _) -> {
                for (TaskPhase phase : TaskPhase.values()) {
                    meet("CancelRequested", planner, tasks.isEmpty() ? planner.tasksIn(phase) : tasks);
                }
            }
            case Event.PauseRequested _ -> {
                meet("PauseRequested", planner, planner.tasksIn(TaskPhase.BACKOFF));
                meet("PauseRequested", planner, planner.tasksIn(TaskPhase.READY));
            }
            case Event.ResumeRequested _ -> meet("ResumeRequested", planner, planner.tasksIn(TaskPhase.DUE));
        }
    }

    private void meet(String event, Planner planner, List<Integer> tasks) {
        tasks.forEach(task -> meetings.merge(event + " in " + planner.phaseOf(task), 1, Integer::sum));
    }

    int continuations() {
        return continuations;
    }

    Map<TaskStatus, Integer> lost() {
        return lost;
    }

    Map<String, Integer> transitions() {
        return transitions;
    }

    Map<String, Integer> meetings() {
        return meetings;
    }
}
