package io.agentorchestrator.worker.release;

import io.agentorchestrator.activities.dispatch.CapacityListener;
import io.agentorchestrator.store.release.Outstanding;
import io.agentorchestrator.store.release.QueueFront;
import io.agentorchestrator.store.run.TypeTerms;
import io.agentorchestrator.worker.release.Waiting.Fronts;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.release.ClaimCredit;
import io.agentorchestrator.workflows.release.Fleet;
import io.agentorchestrator.workflows.release.Fleet.AgentClass;
import io.agentorchestrator.workflows.release.FlowEstimate;
import io.agentorchestrator.workflows.release.Rank;
import io.agentorchestrator.workflows.release.ReleaseCredit;
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

    private Map<String, Set<String>> competingTypes = Map.of();
    private Map<String, QueueFront> fronts = Map.of();
    /** By type, the free credit that is worth a claim. */
    private Map<String, Integer> worth = Map.of();

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
        competingTypes = newFleet.competingTypes();
        worth = new HashMap<>();
        for (AgentClass agents : newFleet.classes()) {
            int ofClass = estimates.apply(agents).worthAClaim(agents.slots());
            agents.types().forEach(type -> worth.merge(type, ofClass, Integer::sum));
        }
        told = false;
    }

    /** Notes the best queued task of each type that waits. */
    synchronized void waiting(List<QueueFront> newFronts) {
        fronts = new HashMap<>();
        newFronts.forEach(front -> fronts.put(front.taskType(), front));
        told = false;
    }

    /** The best queued task of each type that waits, as of the last look. */
    synchronized List<QueueFront> fronts() {
        return List.copyOf(fronts.values());
    }

    /** The agents of the last look. */
    synchronized Fleet fleet() {
        return fleet;
    }

    /**
     * The terms on which tasks that become ready may leave the backlog; a type that nobody serves is missing, and so is one that agents
     * take of some tenants only: a claim knows whose tasks these are.
     */
    public synchronized Map<String, TypeTerms> terms() {
        Map<String, TypeTerms> terms = new HashMap<>();
        competingTypes.forEach((type, competing) -> {
            if (!fleet.tenants().containsKey(type)) {
                terms.put(type, new TypeTerms(slots.hasHeadroom(type), best(competing)));
            }
        });
        return terms;
    }

    /** Debits tasks of these types, which have left the backlog unasked. A look in between may have found less room; then it is overdrawn until the next. */
    public synchronized void left(List<String> taskTypes) {
        for (String type : taskTypes) {
            outstanding++;
            boolean _ = slots.tryTake(type);
            credit.left(type);
        }
    }

    @Override
    public void left(String taskType) {
        left(List.of(taskType));
    }

    @Override
    public void attemptEnded(String taskType) {
        boolean tell;
        synchronized (this) {
            outstanding = Math.max(0, outstanding - 1);
            slots.giveBack(taskType);
            credit.giveBack(taskType);
            tell = !told
                    && competingTypes.getOrDefault(taskType, Set.of()).stream().anyMatch(this::isWorthAClaim);
            told |= tell;
        }
        if (tell) {
            onCapacity.run();
        }
    }

    /** The backlog as a claim would find it. */
    synchronized Waiting waiting() {
        Fronts standalone = Fronts.NONE;
        Fronts inRuns = Fronts.NONE;
        for (QueueFront front : fronts.values()) {
            Fronts ofType = new Fronts(true, isWorthAClaim(front.taskType()), isUrgent(front));
            standalone = front.standalone() ? standalone.plus(ofType) : standalone;
            inRuns = front.standalone() ? inRuns : inRuns.plus(ofType);
        }
        return new Waiting(standalone, inRuns, outstanding, refill());
    }

    /** The shortest of those of the agents for which tasks wait. */
    private Duration refill() {
        return fleet.classes().stream()
                .filter(agents -> agents.types().stream().anyMatch(fronts::containsKey))
                .map(agents -> estimates.apply(agents).refill())
                .min(Duration::compareTo)
                .orElse(FlowEstimate.UNKNOWN.refill());
    }

    private boolean isWorthAClaim(String type) {
        return fronts.containsKey(type) && credit.regular().direct(type) >= worth.getOrDefault(type, Integer.MAX_VALUE);
    }

    private boolean isUrgent(QueueFront front) {
        Priority priority = front.rank().priority();
        int wanted = priority == Priority.CRITICAL ? 1 : worth.getOrDefault(front.taskType(), 1);
        return credit.outranks(front.taskType(), priority) && credit.room(front.taskType(), priority, wanted) == wanted;
    }

    private @Nullable Rank best(Set<String> types) {
        Rank best = null;
        for (String type : types) {
            QueueFront front = fronts.get(type);
            if (front != null && (best == null || front.rank().isBefore(best))) {
                best = front.rank();
            }
        }
        return best;
    }
}
