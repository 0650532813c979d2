package io.agentorchestrator.worker.release;

import io.agentorchestrator.activities.dispatch.CapacityListener;
import io.agentorchestrator.store.release.Contenders;
import io.agentorchestrator.store.release.Outstanding;
import io.agentorchestrator.store.release.QueueFront;
import io.agentorchestrator.store.run.TypeTerms;
import io.agentorchestrator.worker.release.BacklogView.Fronts;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.release.ClaimCredit;
import io.agentorchestrator.workflows.release.Fleet;
import io.agentorchestrator.workflows.release.Fleet.AgentClass;
import io.agentorchestrator.workflows.release.FlowEstimate;
import io.agentorchestrator.workflows.release.Rank;
import io.agentorchestrator.workflows.release.ReleaseCredit;
import io.agentorchestrator.workflows.release.TaskClass;
import io.agentorchestrator.workflows.release.TaskClasses;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps account of the room that agents have and of what waits for it, as of release's last look at the backlog and by what has changed
 * since: lets dependents go on without waiting for the next claim, and wakes release when a claim is worth while. Thread-safe.
 *
 * <p>Where agents are not scarce, what waits for the next claim will leave with it, and dependents need not stand behind it. Whether they
 * are scarce goes by the tasks that agents have, not by all that are out of the backlog: under load most of those may be on their way, the
 * agents idle, and runs that are sent to the backlog for each of their tasks are what makes the way longer. So the credit may be
 * overdrawn, and by what a look that is a poll old does not know.
 */
public final class Headroom implements CapacityListener {
    private final Runnable onCapacity;
    private final Function<AgentClass, FlowEstimate> estimates;

    private Fleet fleet = Fleet.EMPTY;
    private ClaimCredit credit;
    /** The room for more tasks in slots, each slot once. */
    private ReleaseCredit slots;

    private TaskClasses classes = TaskClasses.NONE;
    private Map<TaskClass, Set<TaskClass>> competing = Map.of();
    private Map<TaskClass, QueueFront> fronts = Map.of();
    /** The free credit that is worth a claim. */
    private Map<TaskClass, Integer> worth = Map.of();

    private Contenders contenders = Contenders.NONE;
    /** By classes that compete: found when asked for, once a look. */
    private Map<Set<TaskClass>, Set<String>> over = Map.of();

    private int outstanding;
    private boolean told;

    /**
     * Knows of no agents before the first look.
     *
     * @param onCapacity called once after each look, when tasks wait and so much credit has become free that a claim is worth while; must
     *     not block
     */
    Headroom(Function<AgentClass, FlowEstimate> estimates, Runnable onCapacity) {
        this.estimates = estimates;
        this.onCapacity = onCapacity;
        this.credit = new ClaimCredit(fleet, Map.of(), estimates);
        this.slots = new ReleaseCredit(fleet, Map.of(), AgentClass::slots);
    }

    /**
     * Opens the account anew.
     *
     * @param before the tasks that were out before the claim that this look was followed by, if it was
     * @param claimed tasks of that claim
     * @param newCredit as the claim has left it; owned by this from now on
     */
    synchronized void looked(Fleet newFleet, Outstanding before, int claimed, ClaimCredit newCredit) {
        fleet = newFleet;
        credit = newCredit;
        slots = new ReleaseCredit(newFleet, before.atAgents(), AgentClass::slots);
        outstanding = before.tasks() + claimed;
        classes = newFleet.taskClasses();
        competing = classes.competing();
        worth = new HashMap<>();
        for (int i = 0; i < newFleet.classes().size(); i++) {
            AgentClass agents = newFleet.classes().get(i);
            int ofClass = estimates.apply(agents).worthAClaim(agents.slots());
            classes.acceptedBy(i).forEach(tasks -> worth.merge(tasks, ofClass, Integer::sum));
        }
        told = false;
    }

    /** Notes the best queued task of each class that waits. */
    synchronized void waiting(List<QueueFront> newFronts) {
        fronts = new HashMap<>();
        newFronts.forEach(front -> fronts.put(front.tasks(), front));
        told = false;
    }

    /** The best queued task of each class that waits, as of the last look. */
    synchronized List<QueueFront> fronts() {
        return List.copyOf(fronts.values());
    }

    /** The agents of the last look. */
    synchronized Fleet fleet() {
        return fleet;
    }

    /** Notes which tenants wait, and what they have used. */
    synchronized void contend(Contenders newContenders) {
        if (!newContenders.equals(contenders)) {
            contenders = newContenders;
            over = Map.of();
        }
    }

    /** The tenants that have used more than their share of what these classes compete for. */
    private Set<String> over(Set<TaskClass> together) {
        if (contenders.use().isEmpty()) {
            return Set.of();
        }
        if (over.isEmpty()) {
            over = new HashMap<>();
        }
        return over.computeIfAbsent(
                together,
                with -> contenders.over(with.stream().map(TaskClass::taskType).toList()));
    }

    /**
     * The terms on which tasks that become ready may leave the backlog, by type; a type that nobody serves is missing, and so is one whose agents
     * name tenants: a claim knows whose tasks these are. Those that have a selector which sets conditions always wait for a claim.
     */
    public synchronized Map<String, TypeTerms> terms() {
        Map<String, TypeTerms> terms = new HashMap<>();
        competing.forEach((tasks, with) -> {
            if (tasks.selectors() == TaskClass.OTHERS && !classes.named().containsKey(tasks.taskType())) {
                terms.put(tasks.taskType(), new TypeTerms(slots.hasHeadroom(tasks), best(with), over(with)));
            }
        });
        return terms;
    }

    /** Debits a task, which has left the backlog unasked. A look in between may have found less room; then it is overdrawn until the next. */
    @Override
    public synchronized void left(String taskType, String tenant, String selectorKey) {
        TaskClass tasks = classes.of(taskType, tenant, selectorKey);
        outstanding++;
        boolean _ = slots.tryTake(tasks);
        credit.left(tasks);
    }

    @Override
    public void attemptEnded(String taskType, String tenant, String selectorKey) {
        boolean tell;
        synchronized (this) {
            TaskClass tasks = classes.of(taskType, tenant, selectorKey);
            outstanding = Math.max(0, outstanding - 1);
            slots.giveBack(tasks);
            credit.giveBack(tasks);
            tell = !told && competing.getOrDefault(tasks, Set.of()).stream().anyMatch(this::isWorthAClaim);
            told |= tell;
        }
        if (tell) {
            onCapacity.run();
        }
    }

    /** The backlog as a claim would find it. */
    synchronized BacklogView waiting() {
        Fronts standalone = Fronts.NONE;
        Fronts inRuns = Fronts.NONE;
        for (QueueFront front : fronts.values()) {
            Fronts ofType = new Fronts(true, isWorthAClaim(front.tasks()), isUrgent(front));
            standalone = front.standalone() ? standalone.plus(ofType) : standalone;
            inRuns = front.standalone() ? inRuns : inRuns.plus(ofType);
        }
        return new BacklogView(standalone, inRuns, outstanding, refill());
    }

    /** The shortest of those of the agents for which tasks wait. */
    private Duration refill() {
        return fleet.classes().stream()
                .filter(agents -> fronts.keySet().stream()
                        .anyMatch(tasks -> agents.types().contains(tasks.taskType())))
                .map(agents -> estimates.apply(agents).refill())
                .min(Duration::compareTo)
                .orElse(FlowEstimate.UNKNOWN.refill());
    }

    private boolean isWorthAClaim(TaskClass tasks) {
        return fronts.containsKey(tasks)
                && credit.regular().direct(tasks) >= worth.getOrDefault(tasks, Integer.MAX_VALUE);
    }

    private boolean isUrgent(QueueFront front) {
        TaskClass tasks = front.tasks();
        int wanted = front.priority() == Priority.CRITICAL ? 1 : worth.getOrDefault(tasks, 1);
        return credit.outranks(tasks, front.priority()) && credit.room(tasks, front.priority(), wanted) == wanted;
    }

    private @Nullable Rank best(Set<TaskClass> together) {
        Rank best = null;
        for (TaskClass tasks : together) {
            QueueFront front = fronts.get(tasks);
            if (front != null && (best == null || front.rank().isBefore(best))) {
                best = front.rank();
            }
        }
        return best;
    }
}
