package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.activities.agent.AgentEvent.HandOverRef;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * This worker's reservations of agents' slots: a prediction, since the agent is the authority on its limit. Whoever wants a
 * slot that is not free waits in line, by priority and then by arrival; the least loaded agent is chosen. Thread-safe.
 */
public final class AgentSlots {
    /** How long a refusing agent is left alone. */
    static final Duration COOL_DOWN = Duration.ofMillis(200);
    /** How long the slot of a task that nobody watches for the moment stays reserved. */
    static final Duration UNWATCHED = Duration.ofSeconds(10);

    private final AgentDirectory directory;
    private final Clock clock;
    private final Map<String, Integer> usedByAgent = new HashMap<>();
    private final Map<String, Long> coolUntilMillis = new HashMap<>();
    private final Map<HandOverRef, Slot> unwatched = new HashMap<>();
    private final Map<String, TreeSet<Ticket>> linesByType = new HashMap<>();
    private long lastTicket;

    public AgentSlots(AgentDirectory directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /** Asks for a slot; {@code taker} gets it now or later, on whichever thread frees it, and must not block. */
    Ticket request(String taskType, Priority priority, Consumer<Slot> taker) {
        Ticket ticket;
        Slot slot;
        synchronized (this) {
            ticket = new Ticket(taskType, priority, ++lastTicket, taker);
            TreeSet<Ticket> line = linesByType.computeIfAbsent(taskType, type -> new TreeSet<>(Ticket.ORDER));
            FleetAgent agent = line.isEmpty() ? leastLoaded(taskType) : null;
            if (agent == null) {
                line.add(ticket);
                return ticket;
            }
            slot = reserve(agent);
        }
        taker.accept(slot);
        return ticket;
    }

    /** Leaves the line; false if the slot has been given already. */
    synchronized boolean withdraw(Ticket ticket) {
        TreeSet<Ticket> line = linesByType.get(ticket.taskType());
        return line != null && line.remove(ticket);
    }

    /** The slot of a task that is at an agent already. */
    synchronized Slot adopt(FleetAgent agent, HandOverRef ref) {
        Slot known = unwatched.remove(ref);
        return known != null ? known : reserve(agent);
    }

    /** Keeps the slot of a task that runs on for whoever watches it next. */
    synchronized void leaveUnwatched(Slot slot, HandOverRef ref) {
        slot.expiresAtMillis = clock.millis() + UNWATCHED.toMillis();
        Slot other = unwatched.put(ref, slot);
        if (other != null) {
            free(other); // two sessions watched the task, one of them unknown to Temporal by now
        }
    }

    void release(Slot slot) {
        synchronized (this) {
            free(slot);
        }
        serveLines();
    }

    /** The agent refused: its slots are fuller than we thought. */
    void refused(Slot slot) {
        synchronized (this) {
            free(slot);
            coolUntilMillis.put(slot.agent().agentId(), clock.millis() + COOL_DOWN.toMillis());
        }
    }

    /** Gives what is free to who waits, and forgets what is long unwatched; to be called every 100 ms or so. */
    public void serveLines() {
        List<Runnable> gifts = new ArrayList<>();
        synchronized (this) {
            long now = clock.millis();
            coolUntilMillis.values().removeIf(until -> until <= now);
            for (Iterator<Slot> slots = unwatched.values().iterator(); slots.hasNext(); ) {
                Slot slot = slots.next();
                if (slot.expiresAtMillis <= now) {
                    slots.remove();
                    free(slot);
                }
            }
            for (Ticket next = best(); next != null; next = best()) {
                Ticket ticket = next;
                FleetAgent agent = leastLoaded(ticket.taskType());
                if (agent == null) {
                    throw new IllegalStateException("best() returned a ticket that nobody can serve");
                }
                linesByType
                        .getOrDefault(ticket.taskType(), new TreeSet<>(Ticket.ORDER))
                        .remove(ticket);
                Slot slot = reserve(agent);
                gifts.add(() -> ticket.taker().accept(slot));
            }
        }
        gifts.forEach(Runnable::run);
    }

    /** Slots in use, by agent, as this worker sees them. */
    public synchronized Map<String, Integer> used() {
        return Map.copyOf(usedByAgent);
    }

    private @Nullable Ticket best() {
        Ticket best = null;
        for (TreeSet<Ticket> line : linesByType.values()) {
            if (!line.isEmpty()) {
                Ticket first = line.first();
                boolean better = best == null || Ticket.ORDER.compare(first, best) < 0;
                if (better && leastLoaded(first.taskType()) != null) {
                    best = first;
                }
            }
        }
        return best;
    }

    private @Nullable FleetAgent leastLoaded(String taskType) {
        FleetAgent best = null;
        double bestLoad = 1.0;
        for (FleetAgent agent : directory.agents().values()) {
            if (!agent.ready()
                    || !agent.agentTypes().contains(taskType)
                    || coolUntilMillis.containsKey(agent.agentId())) {
                continue;
            }
            double load = usedByAgent.getOrDefault(agent.agentId(), 0) / (double) agent.maxConcurrentTasks();
            if (load < bestLoad) {
                best = agent;
                bestLoad = load;
            }
        }
        return best;
    }

    private Slot reserve(FleetAgent agent) {
        usedByAgent.merge(agent.agentId(), 1, Integer::sum);
        return new Slot(agent);
    }

    private void free(Slot slot) {
        if (!slot.freed) {
            slot.freed = true;
            usedByAgent.computeIfPresent(slot.agent().agentId(), (id, used) -> used <= 1 ? null : used - 1);
        }
    }

    /** A place in line. */
    record Ticket(String taskType, Priority priority, long number, Consumer<Slot> taker) {
        static final Comparator<Ticket> ORDER =
                Comparator.comparing(Ticket::priority).thenComparingLong(Ticket::number);
    }

    /** One reserved slot; freed once. */
    static final class Slot {
        private final FleetAgent agent;
        private boolean freed;
        private long expiresAtMillis;

        private Slot(FleetAgent agent) {
            this.agent = agent;
        }

        FleetAgent agent() {
            return agent;
        }
    }
}
