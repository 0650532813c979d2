package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.model.Excerpt;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.plan.Plan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Ends tasks, and others because of them. A task that may be at an agent cannot be cancelled here: the agent
 * is told, and the recorded outcome counts, whatever it is.
 */
final class TaskCompletion {
    private static final String WAS_CANCELLED = "was cancelled";
    private static final String FAILS_FAST = ", and this DAG fails fast";

    private final Plan plan;
    private final int[][] children;
    private final TaskPhases phases;
    private final Settlements settlements;
    /** Tasks out at agents that are not wanted any more, with what to say of them should they not end by themselves. */
    private final Map<Integer, Decision.Cancellation> unwanted = new TreeMap<>();
    /** Tasks whose agents are to be told that they are cancelled, by the reason. */
    private final Map<Why, List<Integer>> toTell = new LinkedHashMap<>();

    private boolean runCancelled;

    TaskCompletion(Plan plan, int[][] children, TaskPhases phases, Settlements settlements, PlannerSnapshot snapshot) {
        this.plan = plan;
        this.children = children;
        this.phases = phases;
        this.settlements = settlements;
        this.runCancelled = snapshot.runCancelled();
        snapshot.unwanted().forEach(cancellation -> unwanted.put(cancellation.task(), cancellation));
    }

    boolean isRunCancelled() {
        return runCancelled;
    }

    List<Decision.Cancellation> unwanted() {
        return List.copyOf(unwanted.values());
    }

    void completed(int task) {
        unwanted.remove(task);
        phases.move(task, TaskPhase.COMPLETED);
    }

    /** The attempt was cancelled, and with it the task: that is recorded already. */
    void cancelledAtAgent(int task) {
        unwanted.remove(task);
        phases.move(task, TaskPhase.CANCELLED);
        cancelDependents(task, EndCodes.UPSTREAM_CANCELLED, WAS_CANCELLED);
    }

    /** There is no further attempt. */
    void failed(Decision.Failure failure) {
        int task = failure.task();
        unwanted.remove(task);
        phases.move(task, TaskPhase.FAILED);
        settlements.fail(failure);
        String why = "failed with " + failure.errorCode();
        switch (plan.onFailure()) {
            case CANCEL_DEPENDENTS -> cancelDependents(task, EndCodes.UPSTREAM_FAILED, why);
            case FAIL_FAST -> {
                cancelDependents(task, EndCodes.UPSTREAM_FAILED, why);
                cancelAll(new Why(EndCodes.DAG_FAILED, " " + why + FAILS_FAST, task));
            }
            case CONTINUE -> {}
        }
    }

    /** Cancels a task that would have gone on, if it is not wanted any more; returns whether it has. */
    boolean cancelledInsteadOfAnotherAttempt(int task) {
        Decision.Cancellation cancellation = unwanted.remove(task);
        if (cancellation == null) {
            return false;
        }
        phases.move(task, TaskPhase.CANCELLED);
        settlements.cancel(cancellation);
        cancelDependents(task, EndCodes.UPSTREAM_CANCELLED, WAS_CANCELLED);
        return true;
    }

    /** Cancels the tasks that a request names and what depends on them; none means the whole run. */
    void cancelByRequest(Event.CancelRequested request) {
        String code = Excerpt.of(request.code(), Limits.MAX_ERROR_CODE_LENGTH);
        Why why = new Why(code, Excerpt.of(request.reason(), Limits.MAX_ERROR_MESSAGE_LENGTH), null);
        if (request.tasks().isEmpty()) {
            runCancelled = true;
            cancelAll(why);
            return;
        }
        // What ends because something outside failed, ends its own dependents for the same cause.
        String passedOn =
                code.equals(EndCodes.UPSTREAM_FAILED) ? EndCodes.UPSTREAM_FAILED : EndCodes.UPSTREAM_CANCELLED;
        for (int task : request.tasks()) {
            if (cancel(task, why)) {
                cancelDependents(task, passedOn, WAS_CANCELLED);
            }
        }
    }

    /**
     * Draws the consequences of tasks that have ended by their phases, where the run that recorded their ends may have been
     * lost before it did so. Consequences that were drawn stay as they are.
     */
    void drawConsequences() {
        int[] failed = phases.in(TaskPhase.FAILED);
        if (plan.onFailure() != OnFailure.CONTINUE) {
            BitSet seen = new BitSet();
            for (int task : failed) {
                cancelDependents(task, dependsOn(EndCodes.UPSTREAM_FAILED, task, "failed"), seen);
            }
        }
        for (int task : phases.in(TaskPhase.CANCELLED)) {
            cancelDependents(task, EndCodes.UPSTREAM_CANCELLED, WAS_CANCELLED);
        }
        if (plan.onFailure() == OnFailure.FAIL_FAST && failed.length > 0) {
            cancelAll(new Why(EndCodes.DAG_FAILED, " failed" + FAILS_FAST, failed[0]));
        }
    }

    /** Every task is to end. */
    private void cancelAll(Why why) {
        for (int task = 0; task < phases.size(); task++) {
            cancel(task, why);
        }
    }

    /**
     * Cancels what depends on a task, through dependents that are cancelled already.
     *
     * @param seen tasks that were passed before
     */
    private void cancelDependents(int ended, Why why, BitSet seen) {
        Deque<Integer> open = new ArrayDeque<>();
        open.add(ended);
        while (!open.isEmpty()) {
            for (int child : children[open.remove()]) {
                if (!seen.get(child) && (cancel(child, why) || phases.of(child) == TaskPhase.CANCELLED)) {
                    seen.set(child);
                    open.add(child);
                }
            }
        }
    }

    private void cancelDependents(int ended, String code, String how) {
        Why why = dependsOn(code, ended, how);
        Deque<Integer> open = new ArrayDeque<>();
        open.add(ended);
        while (!open.isEmpty()) {
            for (int child : children[open.remove()]) {
                if (cancel(child, why)) {
                    open.add(child);
                }
            }
        }
    }

    /** Cancels a task; returns whether it has ended by this. A task at an agent has not: whoever watches it will tell. */
    private boolean cancel(int task, Why why) {
        TaskPhase phase = phases.of(task);
        if (phase.isTerminal()) {
            return false;
        }
        Decision.Cancellation cancellation = new Decision.Cancellation(task, why.code(), why.reason(), why.cause());
        if (phase.isOut()) {
            if (unwanted.putIfAbsent(task, cancellation) == null) {
                tell(cancellation);
            }
            return false;
        }
        phases.move(task, TaskPhase.CANCELLED);
        settlements.cancel(cancellation);
        return true;
    }

    private void tell(Decision.Cancellation cancellation) {
        toTell.computeIfAbsent(
                        new Why(cancellation.code(), cancellation.reason(), cancellation.cause()),
                        _ -> new ArrayList<>())
                .add(cancellation.task());
    }

    /** Tells the agent again, if the task is not wanted: the first time it may not have been there yet. */
    void repeatCancelAtAgent(int task) {
        Decision.Cancellation cancellation = unwanted.get(task);
        if (cancellation != null) {
            tell(cancellation);
        }
    }

    void repeatCancelAtAgents() {
        unwanted.values().forEach(this::tell);
    }

    /** Takes what agents are to be told, in bounded portions. */
    List<Decision.CancelAtAgents> flush() {
        List<Decision.CancelAtAgents> decisions = new ArrayList<>();
        toTell.forEach((why, told) -> {
            List<Integer> tasks = told.stream().filter(unwanted::containsKey).toList();
            for (int from = 0; from < tasks.size(); from += Settlements.MAX_TASKS) {
                int to = Math.min(tasks.size(), from + Settlements.MAX_TASKS);
                decisions.add(new Decision.CancelAtAgents(
                        List.copyOf(tasks.subList(from, to)), why.code(), why.reason(), why.cause()));
            }
        });
        toTell.clear();
        return decisions;
    }

    /** The run's status once every task has ended. A cancelled run whose tasks all completed first has completed. */
    RunStatus runStatus() {
        boolean anyFailed = phases.count(TaskPhase.FAILED) > 0;
        boolean anyCancelled = phases.count(TaskPhase.CANCELLED) > 0;
        if (anyCancelled && (runCancelled || !anyFailed)) {
            return RunStatus.CANCELLED;
        }
        return anyFailed ? RunStatus.FAILED : RunStatus.COMPLETED;
    }

    private static Why dependsOn(String code, int task, String how) {
        return new Why(code, ", on which it depends, " + how, task);
    }

    /** As {@link Decision.Cancellation}. */
    private record Why(String code, String reason, @Nullable Integer cause) {}
}
