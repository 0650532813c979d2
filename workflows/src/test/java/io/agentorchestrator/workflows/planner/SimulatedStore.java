package io.agentorchestrator.workflows.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.plan.Plan;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** What PostgreSQL would hold of one run, with the rules of its transactions: it is the authority on every status. */
final class SimulatedStore {
    final Plan plan;
    private final int[][] children;
    private final TaskStatus[] status;
    private final int[] waitingOn;
    private final int[] attempt;
    private final AttemptEnd[] lastEnd;
    private final Random random;
    /** Granted, but whoever was to tell the run has died: release tells it again. */
    final BitSet lostGrants = new BitSet();

    SimulatedStore(Plan plan, Random random) {
        this.plan = plan;
        this.random = random;
        this.children = plan.children();
        this.status = new TaskStatus[plan.size()];
        this.waitingOn = new int[plan.size()];
        this.attempt = new int[plan.size()];
        this.lastEnd = new AttemptEnd[plan.size()];
        for (int task = 0; task < plan.size(); task++) {
            waitingOn[task] = plan.parents()[task].length;
            status[task] = waitingOn[task] == 0 ? TaskStatus.QUEUED : TaskStatus.WAITING;
        }
    }

    TaskStatus status(int task) {
        return status[task];
    }

    AttemptEnd lastEnd(int task) {
        return lastEnd[task];
    }

    List<Integer> queued() {
        List<Integer> queued = new ArrayList<>();
        for (int task = 0; task < status.length; task++) {
            if (status[task] == TaskStatus.QUEUED) {
                queued.add(task);
            }
        }
        return queued;
    }

    void grant(int task) {
        assertThat(status[task]).isEqualTo(TaskStatus.QUEUED);
        assertParentsSatisfied(task);
        status[task] = TaskStatus.GRANTED;
    }

    void assertParentsSatisfied(int task) {
        for (int parent : plan.parents()[task]) {
            boolean satisfied = status[parent] == TaskStatus.COMPLETED
                    || (plan.onFailure() == OnFailure.CONTINUE && status[parent] == TaskStatus.FAILED);
            assertThat(satisfied)
                    .as("parent %d of %d is %s", parent, task, status[parent])
                    .isTrue();
        }
    }

    void start(int task) {
        assertThat(status[task]).isEqualTo(TaskStatus.GRANTED);
        assertParentsSatisfied(task);
        attempt[task]++;
        assertThat(attempt[task])
                .as("attempts of %d", task)
                .isLessThanOrEqualTo(plan.policyFor(task).maxAttempts());
        status[task] = TaskStatus.RUNNING;
    }

    void putBack(int task) {
        status[task] = TaskStatus.QUEUED;
    }

    /** Records how the running attempt ended; returns what the transaction granted. */
    List<Integer> endAttempt(int task, AttemptEnd.Outcome outcome, String code, boolean retryable) {
        assertThat(status[task]).isEqualTo(TaskStatus.RUNNING);
        lastEnd[task] = new AttemptEnd(task, attempt[task], outcome, code, retryable);
        status[task] = switch (outcome) {
            case COMPLETED -> TaskStatus.COMPLETED;
            case FAILED -> TaskStatus.BACKOFF;
            case CANCELLED -> TaskStatus.CANCELLED;
        };
        return outcome == AttemptEnd.Outcome.COMPLETED ? satisfy(task) : List.of();
    }

    /** A granted task that was to be stopped before an agent had it. */
    void cancelGranted(int task) {
        status[task] = TaskStatus.CANCELLED;
        lastEnd[task] = new AttemptEnd(task, attempt[task], AttemptEnd.Outcome.CANCELLED, "", false);
    }

    /** Records a settlement; returns what the transaction granted. Repeating it changes nothing. */
    List<Integer> settle(Decision.Settle settle) {
        List<Integer> grants = new ArrayList<>();
        for (Decision.Failure failure : settle.failed()) {
            if (status[failure.task()] == TaskStatus.BACKOFF) {
                status[failure.task()] = TaskStatus.FAILED;
                if (plan.onFailure() == OnFailure.CONTINUE) {
                    grants.addAll(satisfy(failure.task()));
                }
            }
        }
        for (Decision.Cancellation cancellation : settle.cancelled()) {
            assertThat(status[cancellation.task()])
                    .isNotIn(TaskStatus.RUNNING, TaskStatus.COMPLETED, TaskStatus.FAILED);
            status[cancellation.task()] = TaskStatus.CANCELLED;
        }
        for (int task : settle.requeued()) {
            if (status[task] == TaskStatus.BACKOFF) {
                status[task] = TaskStatus.QUEUED;
                grantPerhaps(task, grants);
            }
        }
        return grants;
    }

    private List<Integer> satisfy(int task) {
        List<Integer> grants = new ArrayList<>();
        for (int child : children[task]) {
            waitingOn[child]--;
            if (waitingOn[child] == 0 && status[child] == TaskStatus.WAITING) {
                status[child] = TaskStatus.QUEUED;
                grantPerhaps(child, grants);
            }
        }
        return grants;
    }

    private void grantPerhaps(int task, List<Integer> grants) {
        if (random.nextBoolean()) {
            grant(task);
            grants.add(task);
        }
    }
}
