package io.agentorchestrator.workflows.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.plan.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** What PostgreSQL would hold of one run, with the rules of its transactions: it is the authority on every status. */
final class SimulatedStore {
    final Plan plan;
    private final int[][] children;
    private final TaskStatus[] status;
    private final int[] waitingOn;
    private final int[] attempt;
    /** Attempts from before a user had the task run again. */
    private final int[] attemptBase;

    private final AttemptEnd[] lastEnd;
    private final String[] failureCode;
    private final Random random;
    private final SimulatedNotices notices;
    /** Tasks that a batch has returned as running: from then on, whoever records anything of them leaves a notice. */
    private final BitSet watched = new BitSet();
    /** Released, but whoever was to tell the run has died: release tells it again. */
    final BitSet lostReleases = new BitSet();
    /** Whether somebody has paused the run; its planner may not know yet. */
    boolean paused;

    SimulatedStore(Plan plan, Random random) {
        this.plan = plan;
        this.random = random;
        this.notices = new SimulatedNotices(random);
        this.children = plan.children();
        this.status = new TaskStatus[plan.size()];
        this.waitingOn = new int[plan.size()];
        this.attempt = new int[plan.size()];
        this.attemptBase = new int[plan.size()];
        this.lastEnd = new AttemptEnd[plan.size()];
        this.failureCode = new String[plan.size()];
        for (int task = 0; task < plan.size(); task++) {
            waitingOn[task] = plan.parents()[task].length;
            status[task] = waitingOn[task] == 0 ? TaskStatus.QUEUED : TaskStatus.WAITING;
        }
    }

    TaskStatus status(int task) {
        return status[task];
    }

    SimulatedNotices notices() {
        return notices;
    }

    /** Whether an agent has the task, or is about to. */
    boolean isOut(int task) {
        return status[task] == TaskStatus.DISPATCHED || status[task] == TaskStatus.RUNNING;
    }

    boolean isWatched(int task) {
        return watched.get(task);
    }

    /** A batch is about to say that the task is still out. */
    void watch(int task) {
        assertThat(isOut(task)).isTrue();
        watched.set(task);
    }

    /** A batch attaches to the task, and will say itself what becomes of it. */
    void attach(int task) {
        watched.clear(task);
    }

    List<Integer> watched() {
        return watched.stream().boxed().toList();
    }

    boolean allEnded() {
        return Arrays.stream(status).allMatch(TaskStatus::isTerminal);
    }

    /** What has ended never changes: no outcome is recorded twice. */
    private void set(int task, TaskStatus to) {
        assertThat(status[task].isTerminal())
                .as("%d, which is %s, becomes %s", task, status[task], to)
                .isFalse();
        status[task] = to;
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

    void release(int task) {
        assertThat(status[task]).isEqualTo(TaskStatus.QUEUED);
        assertParentsSatisfied(task);
        set(task, TaskStatus.RELEASED);
    }

    void assertParentsSatisfied(int task) {
        for (int parent : plan.parents()[task]) {
            assertThat(isSatisfying(parent))
                    .as("parent %d of %d is %s", parent, task, status[parent])
                    .isTrue();
        }
    }

    /** Whether the dependents of a task may run. */
    boolean isSatisfying(int task) {
        return status[task] == TaskStatus.COMPLETED
                || (plan.onFailure() == OnFailure.CONTINUE && status[task] == TaskStatus.FAILED);
    }

    /** Attempts since the task was last to run. */
    int countedAttempts(int task) {
        return attempt[task] - attemptBase[task];
    }

    List<Integer> attemptBases() {
        return Arrays.stream(attemptBase).boxed().toList();
    }

    void dispatch(int task) {
        assertThat(status[task]).isEqualTo(TaskStatus.RELEASED);
        assertParentsSatisfied(task);
        attempt[task]++;
        assertThat(countedAttempts(task))
                .as("attempts of %d", task)
                .isLessThanOrEqualTo(plan.policyFor(task).maxAttempts());
        set(task, TaskStatus.DISPATCHED);
    }

    /** The agent has said that it has the task. */
    void accept(int task) {
        assertThat(status[task]).isEqualTo(TaskStatus.DISPATCHED);
        set(task, TaskStatus.RUNNING);
    }

    /** Nothing has come of the attempt: it does not count. */
    void putBack(int task) {
        assertThat(status[task]).isIn(TaskStatus.RELEASED, TaskStatus.DISPATCHED, TaskStatus.RUNNING);
        if (isOut(task)) {
            attempt[task]--;
        }
        if (watched.get(task)) {
            notices.notStarted(task);
        }
        watched.clear(task);
        set(task, TaskStatus.QUEUED);
    }

    /** Records how the running attempt ended; returns what the transaction released: of tasks that are watched, nothing. */
    List<Integer> endAttempt(int task, AttemptEnd.Outcome outcome, String code, boolean retryable) {
        assertThat(isOut(task)).isTrue();
        lastEnd[task] = new AttemptEnd(task, attempt[task], outcome, code, retryable);
        boolean tells = watched.get(task);
        watched.clear(task);
        // Now and then one does not know that there is a batch to tell it.
        if (tells || random.nextInt(12) == 0) {
            notices.ended(lastEnd[task]);
        }
        set(
                task,
                switch (outcome) {
                    case COMPLETED -> TaskStatus.COMPLETED;
                    case FAILED -> TaskStatus.BACKOFF;
                    case CANCELLED -> TaskStatus.CANCELLED;
                });
        return outcome == AttemptEnd.Outcome.COMPLETED ? satisfy(task, !tells) : List.of();
    }

    boolean isUnoffered(int task) {
        return status[task] == TaskStatus.WAITING
                || status[task] == TaskStatus.QUEUED
                || status[task] == TaskStatus.RELEASED;
    }

    /** A task that was to be stopped before an agent had it. */
    void cancelUnoffered(int task) {
        set(task, TaskStatus.CANCELLED);
        lastEnd[task] = new AttemptEnd(task, attempt[task], AttemptEnd.Outcome.CANCELLED, "", false);
    }

    /** Records a write; returns what the transaction released. Repeating it changes nothing. */
    List<Integer> write(Decision.Write write) {
        List<Integer> releases = new ArrayList<>();
        for (Decision.Failure failure : write.failed()) {
            TaskStatus found = status[failure.task()];
            boolean expired = failure.errorCode().equals(EndCodes.DEADLINE_EXCEEDED);
            assertThat(found)
                    .isNotIn(TaskStatus.DISPATCHED, TaskStatus.RUNNING, TaskStatus.COMPLETED, TaskStatus.CANCELLED);
            if (found == TaskStatus.BACKOFF || (expired && !found.isTerminal())) {
                set(failure.task(), TaskStatus.FAILED);
                failureCode[failure.task()] = failure.errorCode();
                if (plan.onFailure() == OnFailure.CONTINUE) {
                    releases.addAll(satisfy(failure.task(), true));
                }
            }
        }
        for (Decision.Cancellation cancellation : write.cancelled()) {
            assertThat(status[cancellation.task()])
                    .isNotIn(TaskStatus.DISPATCHED, TaskStatus.RUNNING, TaskStatus.COMPLETED, TaskStatus.FAILED);
            if (status[cancellation.task()] != TaskStatus.CANCELLED) {
                set(cancellation.task(), TaskStatus.CANCELLED);
            }
        }
        for (int task : write.requeued()) {
            if (status[task] == TaskStatus.BACKOFF || status[task] == TaskStatus.RELEASED) {
                set(task, TaskStatus.QUEUED);
                releasePerhaps(task, releases);
            }
        }
        return releases;
    }

    /** A user has these tasks run again, in a further run; no other task waits for anything. */
    void rerun(BitSet tasks) {
        for (int task : tasks.stream().toArray()) {
            attemptBase[task] = attempt[task];
            lastEnd[task] = null;
            failureCode[task] = null;
            waitingOn[task] =
                    (int) IntStream.of(plan.parents()[task]).filter(tasks::get).count();
            status[task] = waitingOn[task] == 0 ? TaskStatus.QUEUED : TaskStatus.WAITING;
        }
    }

    /** Another run has the tasks; to the one before nothing is told any more. */
    void beginRun() {
        lostReleases.clear();
        watched.clear();
        notices.clear();
    }

    private List<Integer> satisfy(int task, boolean releasing) {
        List<Integer> releases = new ArrayList<>();
        for (int child : children[task]) {
            waitingOn[child]--;
            if (waitingOn[child] == 0 && status[child] == TaskStatus.WAITING) {
                set(child, TaskStatus.QUEUED);
                if (releasing) {
                    releasePerhaps(child, releases);
                }
            }
        }
        return releases;
    }

    private void releasePerhaps(int task, List<Integer> releases) {
        if (!paused && random.nextInt(4) > 0) {
            release(task);
            releases.add(task);
        }
    }

    /** Nothing is cancelled without a reason, and nothing escapes one. */
    void assertReason(int task, boolean requested, boolean anyFailureLost) {
        boolean parentEndedBadly = false;
        for (int parent : plan.parents()[task]) {
            boolean failed = status(parent) == TaskStatus.FAILED;
            parentEndedBadly |=
                    status(parent) == TaskStatus.CANCELLED || (failed && plan.onFailure() != OnFailure.CONTINUE);
        }
        boolean expired = EndCodes.DEADLINE_EXCEEDED.equals(failureCode[task]);
        if (parentEndedBadly && !expired) {
            assertThat(status(task)).as("%d, whose parent ended badly", task).isEqualTo(TaskStatus.CANCELLED);
        } else if (status(task) == TaskStatus.CANCELLED) {
            boolean failFast = plan.onFailure() == OnFailure.FAIL_FAST
                    && (anyFailureLost
                            || IntStream.range(0, plan.size()).anyMatch(t -> status(t) == TaskStatus.FAILED));
            boolean byAgent = lastEnd(task) != null && lastEnd(task).outcome() == AttemptEnd.Outcome.CANCELLED;
            assertThat(requested || failFast || byAgent)
                    .as("%d was cancelled for a reason", task)
                    .isTrue();
        }
    }
}
