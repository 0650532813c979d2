package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How often transitions happened, and events met tasks in each phase, over many simulations. */
final class Visits {

    /** What an event may be to a task. */
    enum Kind {
        BEGUN,
        RELEASED,
        RELEASED_WHILE_PAUSED,
        ENDED,
        RUNNING,
        NOT_STARTED,
        RELEASED_BY_BATCH,
        NOTICED_ENDED,
        NOTICED_NOT_STARTED,
        FAILURE_RECORDED,
        CANCELLATION_RECORDED,
        REQUEUE_WRITTEN,
        RELEASED_BY_WRITE,
        BACKOFF_OVER,
        CANCEL_REQUESTED,
        RUN_CANCEL_REQUESTED,
        DEADLINE_PASSED,
        PAUSE_REQUESTED,
        RESUME_REQUESTED;

        /** Why no task can be in this phase when such an event meets it; empty where one can. */
        Optional<String> impossibleIn(TaskPhase phase) {
            return switch (this) {
                case FAILURE_RECORDED -> unless(phase == TaskPhase.FAILED, "what fails is FAILED from its decision on");
                case CANCELLATION_RECORDED ->
                    unless(phase == TaskPhase.CANCELLED, "what is cancelled is CANCELLED from its decision on");
                case RELEASED -> unless(phase != TaskPhase.DUE, "a task is DUE only while its run is paused");
                case BEGUN,
                        RELEASED_WHILE_PAUSED,
                        ENDED,
                        RUNNING,
                        NOT_STARTED,
                        RELEASED_BY_BATCH,
                        NOTICED_ENDED,
                        NOTICED_NOT_STARTED,
                        REQUEUE_WRITTEN,
                        RELEASED_BY_WRITE,
                        BACKOFF_OVER,
                        CANCEL_REQUESTED,
                        RUN_CANCEL_REQUESTED,
                        DEADLINE_PASSED,
                        PAUSE_REQUESTED,
                        RESUME_REQUESTED -> Optional.empty();
            };
        }

        private static Optional<String> unless(boolean possible, String reason) {
            return possible ? Optional.empty() : Optional.of(reason);
        }
    }

    private static final String NEVER = "never happened";

    private final Map<Kind, Map<TaskPhase, Long>> meetings = new EnumMap<>(Kind.class);
    private final Map<TaskPhase, Map<TaskPhase, Long>> transitions = new EnumMap<>(TaskPhase.class);
    private final Map<TaskStatus, Integer> lost = new EnumMap<>(TaskStatus.class);
    private int continuations;
    private int reruns;

    void changed(TaskPhase from, TaskPhase to) {
        count(transitions, from, to, 1);
    }

    void continuedAsNew() {
        continuations++;
    }

    /** A user has tasks of the run that has ended run again. */
    void reran() {
        reruns++;
    }

    /** The run was lost when its task had this status in the store. */
    void lost(TaskStatus status) {
        lost.merge(status, 1, Integer::sum);
    }

    /**
     * An event is about to meet its tasks; it is the first that the planner folds.
     *
     * @param writes what the planner decided under this number
     */
    void visit(Planner planner, Event event, IntFunction<Decision.@Nullable Write> writes) {
        switch (event) {
            case Event.Begun _ -> meetAll(Kind.BEGUN, planner);
            case Event.Released(List<Integer> tasks) ->
                meet(planner.isPaused() ? Kind.RELEASED_WHILE_PAUSED : Kind.RELEASED, planner, tasks);
            case Event.BatchReturned returned -> {
                meet(
                        Kind.ENDED,
                        planner,
                        returned.ended().stream().map(AttemptEnd::task).toList());
                meet(Kind.RUNNING, planner, returned.running());
                meet(Kind.NOT_STARTED, planner, returned.notStarted());
                meet(Kind.RELEASED_BY_BATCH, planner, returned.releases());
            }
            case Event.Noticed noticed -> {
                meet(
                        Kind.NOTICED_ENDED,
                        planner,
                        noticed.ended().stream().map(AttemptEnd::task).toList());
                meet(Kind.NOTICED_NOT_STARTED, planner, noticed.notStarted());
            }
            case Event.Written written -> {
                Decision.Write write = writes.apply(written.number());
                if (write != null) {
                    List<Integer> failed =
                            write.failed().stream().map(Decision.Failure::task).toList();
                    meet(Kind.FAILURE_RECORDED, planner, failed);
                    List<Integer> cancelled = write.cancelled().stream()
                            .map(Decision.Cancellation::task)
                            .toList();
                    meet(Kind.CANCELLATION_RECORDED, planner, cancelled);
                    meet(Kind.REQUEUE_WRITTEN, planner, write.requeued());
                }
                meet(Kind.RELEASED_BY_WRITE, planner, written.releases());
            }
            case Event.BackoffOver over -> meet(Kind.BACKOFF_OVER, planner, List.of(over.task()));
            case Event.CancelRequested(List<Integer> tasks, String _, String _) -> {
                if (tasks.isEmpty()) {
                    meetAll(Kind.RUN_CANCEL_REQUESTED, planner);
                } else {
                    meet(Kind.CANCEL_REQUESTED, planner, tasks);
                }
            }
            case Event.DeadlinePassed(List<Integer> tasks) -> meet(Kind.DEADLINE_PASSED, planner, tasks);
            case Event.PauseRequested _ -> meetAll(Kind.PAUSE_REQUESTED, planner);
            case Event.ResumeRequested _ -> meetAll(Kind.RESUME_REQUESTED, planner);
        }
    }

    private void meetAll(Kind kind, Planner planner) {
        for (TaskPhase phase : TaskPhase.values()) {
            count(meetings, kind, phase, planner.tasksIn(phase).size());
        }
    }

    private void meet(Kind kind, Planner planner, List<Integer> tasks) {
        for (int task : tasks) {
            count(meetings, kind, planner.phaseOf(task), 1);
        }
    }

    private static <K> void count(Map<K, Map<TaskPhase, Long>> counts, K key, TaskPhase phase, long more) {
        if (more > 0) {
            counts.computeIfAbsent(key, _ -> new EnumMap<>(TaskPhase.class)).merge(phase, more, Long::sum);
        }
    }

    private static <K> boolean happened(Map<K, Map<TaskPhase, Long>> counts, K key, TaskPhase phase) {
        return counts.getOrDefault(key, Map.of()).containsKey(phase);
    }

    int continuations() {
        return continuations;
    }

    int reruns() {
        return reruns;
    }

    Map<TaskStatus, Integer> lost() {
        return lost;
    }

    /** Possible meetings and transitions that did not happen, and impossible ones that did: none, after enough simulations. */
    Map<String, String> surprises() {
        Map<String, String> surprises = new TreeMap<>();
        for (Kind kind : Kind.values()) {
            for (TaskPhase phase : TaskPhase.values()) {
                boolean visited = happened(meetings, kind, phase);
                Optional<String> impossible = kind.impossibleIn(phase);
                if (visited && impossible.isPresent()) {
                    surprises.put(kind + " in " + phase, "happened, although " + impossible.get());
                } else if (!visited && impossible.isEmpty()) {
                    surprises.put(kind + " in " + phase, NEVER);
                }
            }
        }
        for (TaskPhase from : TaskPhase.values()) {
            for (TaskPhase to : from.next()) {
                if (!happened(transitions, from, to)) {
                    surprises.put(from + " → " + to, NEVER);
                }
            }
        }
        return surprises;
    }

    /** Whether chance has left something out, and more simulations may help. */
    boolean areIncomplete() {
        Map<String, String> surprises = surprises();
        return !surprises.isEmpty() && surprises.values().stream().allMatch(NEVER::equals);
    }

    /** What happened least often, for whoever wonders whether there are enough simulations. */
    String rarest(int max) {
        Map<String, Long> all = new TreeMap<>();
        meetings.forEach((kind, counts) -> counts.forEach((phase, count) -> all.put(kind + " in " + phase, count)));
        transitions.forEach((from, counts) -> counts.forEach((to, count) -> all.put(from + " → " + to, count)));
        return all.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .limit(max)
                .map(Object::toString)
                .collect(Collectors.joining(", "));
    }
}
