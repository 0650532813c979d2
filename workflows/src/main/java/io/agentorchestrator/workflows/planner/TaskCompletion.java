package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.model.Excerpt;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.plan.Plan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
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
    private final PendingWrites writes;
    /** Tasks that may be at agents and are to end, with what to say of them should they not end by themselves. */
    private final Map<Integer, Why> cancelling = new TreeMap<>();
    /** Tasks whose agents are to be told that they are cancelled, by the reason. */
    private final Map<Why, List<Integer>> toNotify = new LinkedHashMap<>();

    private boolean runCancelled;

    TaskCompletion(Plan plan, int[][] children, TaskPhases phases, PendingWrites writes, PlannerSnapshot snapshot) {
        this.plan = plan;
        this.children = children;
        this.phases = phases;
        this.writes = writes;
        this.runCancelled = snapshot.runCancelled();
        snapshot.cancelling().forEach(of -> cancelling.put(of.task(), new Why(of.code(), of.reason(), of.cause())));
    }

    boolean isRunCancelled() {
        return runCancelled;
    }

    List<Decision.Cancellation> cancelling() {
        List<Decision.Cancellation> all = new ArrayList<>();
        cancelling.forEach((task, why) -> all.add(why.cancellation(task)));
        return all;
    }

    void completed(int task) {
        cancelling.remove(task);
        phases.move(task, TaskPhase.COMPLETED);
    }

    /** The attempt was cancelled, and with it the task: that is recorded already. */
    void cancelledAtAgent(int task) {
        cancelling.remove(task);
        phases.move(task, TaskPhase.CANCELLED);
        cancelDependents(task, EndCodes.UPSTREAM_CANCELLED, WAS_CANCELLED);
    }

    /** There is no further attempt. */
    void failed(Decision.Failure failure) {
        int task = failure.task();
        cancelling.remove(task);
        phases.move(task, TaskPhase.FAILED);
        writes.fail(failure);
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

    /** Cancels a task that would have gone on, if it is to end; returns whether it has. */
    boolean cancelInstead(int task) {
        Why why = cancelling.remove(task);
        if (why == null) {
            return false;
        }
        phases.move(task, TaskPhase.CANCELLED);
        writes.cancel(why.cancellation(task));
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
            BitSet unseen = new BitSet();
            Arrays.stream(phases.in(TaskPhase.CANCELLED)).forEach(unseen::set);
            for (int task : failed) {
                cancelDependents(dependsOn(EndCodes.UPSTREAM_FAILED, task, "failed"), task, child -> {
                    boolean passes = unseen.get(child);
                    unseen.clear(child);
                    return passes;
                });
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

    private void cancelDependents(int ended, String code, String how) {
        cancelDependents(dependsOn(code, ended, how), ended, _ -> false);
    }

    /**
     * Cancels what depends on a task.
     *
     * @param passes tells of a dependent that is not cancelled by this whether its own dependents are, all the same
     */
    private void cancelDependents(Why why, int ended, IntPredicate passes) {
        Deque<Integer> open = new ArrayDeque<>();
        open.add(ended);
        while (!open.isEmpty()) {
            for (int child : children[open.remove()]) {
                if (cancel(child, why) || passes.test(child)) {
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
        if (phase.mayBeAtAgent()) {
            if (cancelling.putIfAbsent(task, why) == null) {
                notifyAgent(task, why);
            }
            return false;
        }
        phases.move(task, TaskPhase.CANCELLED);
        writes.cancel(why.cancellation(task));
        return true;
    }

    private void notifyAgent(int task, Why why) {
        toNotify.computeIfAbsent(why, _ -> new ArrayList<>()).add(task);
    }

    /** Tells the agent again, if the task is being cancelled: the first time it may not have been there yet. */
    void repeatCancelAtAgent(int task) {
        Why why = cancelling.get(task);
        if (why != null) {
            notifyAgent(task, why);
        }
    }

    void repeatCancelAtAgents() {
        cancelling.forEach(this::notifyAgent);
    }

    /** Takes what agents are to be told, in bounded portions. */
    List<Decision.CancelAtAgents> flush() {
        List<Decision.CancelAtAgents> decisions = new ArrayList<>();
        toNotify.forEach((why, told) -> {
            List<Integer> tasks = told.stream().filter(cancelling::containsKey).toList();
            for (int from = 0; from < tasks.size(); from += PendingWrites.MAX_TASKS) {
                int to = Math.min(tasks.size(), from + PendingWrites.MAX_TASKS);
                decisions.add(new Decision.CancelAtAgents(
                        List.copyOf(tasks.subList(from, to)), why.code(), why.reason(), why.cause()));
            }
        });
        toNotify.clear();
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
    private record Why(String code, String reason, @Nullable Integer cause) {
        Decision.Cancellation cancellation(int task) {
            return new Decision.Cancellation(task, code, reason, cause);
        }
    }
}
