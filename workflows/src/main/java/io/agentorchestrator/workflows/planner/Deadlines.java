package io.agentorchestrator.workflows.planner;

import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * Fails tasks whose deadlines pass. A task that may be at an agent is only remembered: should the attempt complete it, it has
 * completed.
 */
final class Deadlines {
    private final TaskPhases phases;
    private final TaskCompletion completion;
    private final int[] level;
    /** Tasks that may be at agents and whose deadlines have passed: they do not go on after this attempt. */
    private final BitSet passed;

    /** @param level for each task the length of the longest path to it */
    Deadlines(TaskPhases phases, TaskCompletion completion, int[] level, BitSet passed) {
        this.phases = phases;
        this.completion = completion;
        this.level = level;
        this.passed = (BitSet) passed.clone();
    }

    /** Fails tasks, dependencies first: where deadlines pass together, those that only wait for others end as dependents do. */
    void pass(List<Integer> tasks) {
        tasks.stream()
                .sorted(Comparator.comparingInt((Integer task) -> level[task]).thenComparingInt(task -> task))
                .forEach(this::pass);
    }

    private void pass(int task) {
        TaskPhase phase = phases.of(task);
        if (phase.mayBeAtAgent()) {
            passed.set(task);
        } else if (!phase.isTerminal()) {
            fail(task, /* attempt= */ 0);
        }
    }

    /**
     * Fails a task that would have gone on, if it is past its deadline; returns whether it has.
     *
     * @param attempt that has just ended, 0 if none has
     */
    boolean failInstead(int task, int attempt) {
        if (!passed.get(task)) {
            return false;
        }
        fail(task, attempt);
        return true;
    }

    private void fail(int task, int attempt) {
        completion.failed(new Decision.Failure(task, attempt, EndCodes.DEADLINE_EXCEEDED));
    }

    /** Tasks that may be at agents and are past their deadlines; a copy. */
    BitSet passedAtAgents() {
        BitSet atAgents = new BitSet();
        passed.stream().filter(task -> phases.of(task).mayBeAtAgent()).forEach(atAgents::set);
        return atAgents;
    }
}
