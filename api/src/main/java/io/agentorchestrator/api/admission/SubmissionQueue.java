package io.agentorchestrator.api.admission;

import io.agentorchestrator.store.submission.IdempotencyEntry;
import io.agentorchestrator.store.submission.Submission;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Submissions that wait for a commit, first come, first served, within bounds. Thread-safe. */
final class SubmissionQueue {
    private final AdmissionProperties bounds;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private long tasks;
    private long chars;

    SubmissionQueue(AdmissionProperties bounds) {
        this.bounds = bounds;
    }

    /** Queues the submission unless there is no room; an empty queue has room for anything. */
    boolean offer(Waiting waiting) {
        lock.lock();
        try {
            boolean fits = tasks + waiting.tasks() <= bounds.maxQueuedTasks()
                    && chars + waiting.chars() <= bounds.maxQueuedChars();
            if (!fits && !queue.isEmpty()) {
                return false;
            }
            queue.add(waiting);
            count(waiting, 1);
            notEmpty.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is something, which another committer may take all the same. */
    void awaitAny() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (queue.isEmpty()) {
                notEmpty.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is something, then takes as much of it as goes into one commit. */
    List<Waiting> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (queue.isEmpty()) {
                notEmpty.await();
            }
            List<Waiting> taken = new ArrayList<>();
            long takenTasks = 0;
            long takenChars = 0;
            for (Waiting next = queue.peek(); next != null; next = queue.peek()) {
                takenTasks += next.tasks();
                takenChars += next.chars();
                boolean fits = takenTasks <= bounds.maxTasksPerCommit() && takenChars <= bounds.maxCharsPerCommit();
                if (!fits && !taken.isEmpty()) {
                    break;
                }
                queue.remove();
                count(next, -1);
                taken.add(next);
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the submission out again; false if a committer has it already. */
    boolean remove(Waiting waiting) {
        lock.lock();
        try {
            boolean removed = queue.remove(waiting);
            if (removed) {
                count(waiting, -1);
            }
            return removed;
        } finally {
            lock.unlock();
        }
    }

    private void count(Waiting waiting, int sign) {
        tasks += (long) sign * waiting.tasks();
        chars += sign * waiting.chars();
    }

    int size() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /** One submission on its way to a commit; equal only to itself. */
    static final class Waiting {
        private final Submission submission;
        private final long chars;
        private final CompletableFuture<Boolean> committed = new CompletableFuture<>();

        Waiting(Submission submission) {
            this.submission = submission;
            IdempotencyEntry entry = submission.idempotency();
            this.chars = submission.payloadChars()
                    + (entry == null ? 0 : entry.response().length());
        }

        Submission submission() {
            return submission;
        }

        int tasks() {
            return submission.tasks().size();
        }

        long chars() {
            return chars;
        }

        /** Completes when it is on disk, or, with false, when its idempotency key was there already; exceptionally otherwise. */
        CompletableFuture<Boolean> committed() {
            return committed;
        }
    }
}
