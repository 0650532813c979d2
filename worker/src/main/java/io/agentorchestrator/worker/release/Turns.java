package io.agentorchestrator.worker.release;

import io.agentorchestrator.activities.dispatch.CapacityListener;
import io.agentorchestrator.store.release.BacklogHead;
import io.agentorchestrator.store.release.Outstanding;
import io.agentorchestrator.store.run.ReadyTask;
import io.agentorchestrator.store.run.ReleasePolicy;
import io.agentorchestrator.workflows.release.Fleet;
import io.agentorchestrator.workflows.release.Rank;
import io.agentorchestrator.workflows.release.ReleaseCredit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whose turn it is, as of release's last look at the backlog and what has changed since: lets an uncontended DAG go on without
 * waiting for the next claim. Thread-safe.
 *
 * <p>Where agents are not scarce, what waits for that claim will have its turn with it, and dependents need not stand behind it. Whether
 * they are goes by the tasks that agents have, not by all that are out of the backlog: under load most of those may be on their way, the
 * agents idle, and runs that are sent to the backlog for each of their tasks are what makes the way longer. So the credit may be
 * overdrawn, and by what a look that is a poll old does not know.
 */
public final class Turns implements ReleasePolicy, CapacityListener {
    private final Runnable onCapacity;
    private ReleaseCredit credit = new ReleaseCredit(Fleet.EMPTY, Map.of(), 1.0);
    /** What agents could take at once, each slot once. */
    private ReleaseCredit slots = new ReleaseCredit(Fleet.EMPTY, Map.of(), 1.0);

    private Map<String, Set<String>> rivals = Map.of();
    private Map<String, Rank> heads = Map.of();

    /**
     * Releases nothing before the first look.
     *
     * @param onCapacity called when tasks wait and a slot has become free; must not block
     */
    public Turns(Runnable onCapacity) {
        this.onCapacity = onCapacity;
    }

    /** @param newCredit what is left of it after the claim that this look was followed by */
    synchronized void look(Fleet fleet, Outstanding outstanding, ReleaseCredit newCredit, List<BacklogHead> newHeads) {
        credit = newCredit;
        slots = new ReleaseCredit(fleet, outstanding.running(), 1.0);
        rivals = fleet.rivals();
        heads = new HashMap<>();
        newHeads.forEach(head -> heads.put(head.taskType(), head.rank()));
    }

    @Override
    public synchronized List<ReadyTask> release(List<ReadyTask> ready) {
        List<ReadyTask> inOrder =
                ready.stream().sorted(Comparator.comparing(Turns::rank)).toList();
        List<ReadyTask> released = new ArrayList<>();
        for (ReadyTask task : inOrder) {
            if (slots.isAmple(task.taskType())) {
                leaves(task);
                released.add(task);
            } else if (isNext(task) && credit.tryTake(task.taskType())) {
                boolean _ = slots.tryTake(task.taskType());
                released.add(task);
            }
        }
        return released;
    }

    @Override
    public synchronized Set<String> ample(int tasks) {
        return slots.ampleTypes(tasks);
    }

    @Override
    public synchronized void released(List<ReadyTask> tasks) {
        tasks.forEach(this::leaves);
    }

    /** A look in between may have found less of either; then it is overdrawn until the next. */
    private void leaves(ReadyTask task) {
        boolean _ = slots.tryTake(task.taskType());
        boolean _ = credit.tryTake(task.taskType());
    }

    @Override
    public void attemptEnded(String taskType) {
        boolean somebodyWaits;
        synchronized (this) {
            credit.giveBack(taskType);
            slots.giveBack(taskType);
            somebodyWaits = !heads.isEmpty();
        }
        if (somebodyWaits) {
            onCapacity.run();
        }
    }

    private boolean isNext(ReadyTask task) {
        Rank rank = rank(task);
        for (String rival : rivals.getOrDefault(task.taskType(), Set.of())) {
            Rank head = heads.get(rival);
            if (head != null && head.isBefore(rank)) {
                return false;
            }
        }
        return true;
    }

    private static Rank rank(ReadyTask task) {
        return new Rank(task.priority(), task.taskId());
    }
}
