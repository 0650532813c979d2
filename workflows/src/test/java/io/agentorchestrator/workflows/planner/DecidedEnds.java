package io.agentorchestrator.workflows.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a run's planner has had recorded: no end of a task twice, and none in two ways. */
final class DecidedEnds {
    private final SimulatedStore store;
    private final SimulatedDeadlines deadlines;
    private final Map<Integer, Decision.Write> writes = new HashMap<>();
    private final BitSet failed = new BitSet();
    private final BitSet cancelled = new BitSet();
    /** Ended before this run began. */
    private final BitSet before = new BitSet();

    private boolean anyLost;

    DecidedEnds(SimulatedStore store, SimulatedDeadlines deadlines) {
        this.store = store;
        this.deadlines = deadlines;
    }

    /** Another run begins, with the tasks where they are. */
    void beginAnew() {
        anyLost |= failed.stream().anyMatch(task -> store.status(task) != TaskStatus.FAILED);
        writes.clear();
        failed.clear();
        cancelled.clear();
        for (int task = 0; task < store.plan.size(); task++) {
            before.set(task, store.status(task).isTerminal());
        }
    }

    /** Whether a lost run took a failure with it: what followed from that may have been recorded before. */
    boolean isAnyFailureLost() {
        return anyLost;
    }

    void add(Decision.Write write) {
        assertThat(write.failed().size()
                        + write.cancelled().size()
                        + write.requeued().size())
                .isBetween(1, PendingWrites.MAX_TASKS);
        Decision.Write known = writes.putIfAbsent(write.number(), write);
        if (known != null) {
            assertThat(write).as("repeated after continue-as-new").isEqualTo(known);
            return;
        }
        // What goes back to the backlog may end in the same breath.
        write.requeued().forEach(this::assertIsNew);
        for (Decision.Failure failure : write.failed()) {
            assertIsNew(failure.task());
            failed.set(failure.task());
            assertHasReason(failure);
        }
        for (Decision.Cancellation cancellation : write.cancelled()) {
            assertIsNew(cancellation.task());
            cancelled.set(cancellation.task());
        }
    }

    private void assertIsNew(int task) {
        assertThat(failed.get(task) || cancelled.get(task) || before.get(task))
                .as("%d has ended before", task)
                .isFalse();
    }

    private void assertHasReason(Decision.Failure failure) {
        int task = failure.task();
        switch (failure.errorCode()) {
            case EndCodes.DEADLINE_EXCEEDED ->
                assertThat(deadlines.hasPassed(task)).as("deadline of %d", task).isTrue();
            case SimulatedAgents.CRASHED, SimulatedAgents.TIMEOUT ->
                assertThat(store.countedAttempts(task))
                        .as("attempts of %d, which failed with %s", task, failure.errorCode())
                        .isEqualTo(store.plan.policyFor(task).maxAttempts());
            default -> assertThat(failure.attempt()).isPositive();
        }
    }

    Decision.@Nullable Write of(int number) {
        return writes.get(number);
    }

    boolean hasRequeued(int number, int task) {
        Decision.Write write = writes.get(number);
        return write != null && write.requeued().contains(task);
    }

    /** What has failed has been reported so, and what was reported has ended so. */
    void assertAgree(int task, TaskPhase end) {
        if (!before.get(task)) {
            assertThat(failed.get(task)).as("%d reported as failed", task).isEqualTo(end == TaskPhase.FAILED);
            if (cancelled.get(task)) {
                assertThat(end).as("%d reported as cancelled", task).isEqualTo(TaskPhase.CANCELLED);
            }
        }
    }
}
