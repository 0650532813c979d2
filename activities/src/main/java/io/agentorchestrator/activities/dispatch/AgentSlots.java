package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.breaker.BreakerState.Phase;
import io.agentorchestrator.activities.breaker.Breakers;
import io.agentorchestrator.activities.dispatch.SlotLines.Ticket;
import io.agentorchestrator.activities.dispatch.SlotLines.Wish;
import io.agentorchestrator.store.fleet.FleetAgent;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * This worker's reservations of agents' slots: a prediction, since the agent is the authority on its limit. Whoever wants a
 * slot that is not free waits in line, by priority and then by arrival; the least loaded agent is chosen. An agent whose circuit
 * breaker is open has no slot, and one whose breaker is half-open has one, for the fleet's one trial, once that is claimed.
 * Thread-safe.
 */
public final class AgentSlots {
    /** How long a refusing agent is left alone. */
    static final Duration COOL_DOWN = Duration.ofMillis(200);
    /** How long the slot of a task that nobody watches for the moment stays reserved. */
    static final Duration UNWATCHED = Duration.ofSeconds(10);

    private final AgentDirectory directory;
    private final Breakers breakers;
    private final Clock clock;
    private final Map<String, Integer> usedByAgent = new HashMap<>();
    private final Map<String, Long> coolUntilMillis = new HashMap<>();
    private final Map<DispatchRef, Slot> unwatched = new HashMap<>();
    private final SlotLines lines = new SlotLines();
    /** Out of line while the trial of an agent is claimed for them, by agent. */
    private final Map<String, Ticket> trialClaims = new HashMap<>();

    private long lastTicket;

    public AgentSlots(AgentDirectory directory, Breakers breakers, Clock clock) {
        this.directory = directory;
        this.breakers = breakers;
        this.clock = clock;
    }

    /** Asks for a slot; {@code taker} gets it now or later, on whichever thread frees it, and must not block. */
    Ticket request(Wish wish, Consumer<Slot> taker) {
        Ticket ticket;
        Slot slot = null;
        boolean mayTry;
        synchronized (this) {
            ticket = new Ticket(wish, ++lastTicket, taker);
            mayTry = isTrialFree(wish.taskType());
            FleetAgent agent = lines.isEmpty(wish.taskType()) && !mayTry ? leastLoaded(wish.taskType()) : null;
            if (agent == null) {
                lines.add(ticket);
            } else {
                slot = reserve(agent, null);
            }
        }
        if (slot != null) {
            taker.accept(slot);
        } else if (mayTry) {
            serveLines();
        }
        return ticket;
    }

    /** Leaves the line; false if the slot has been given already. */
    synchronized boolean withdraw(Ticket ticket) {
        return lines.remove(ticket) || trialClaims.values().remove(ticket);
    }

    /** The slot of a task that is at an agent already. */
    synchronized Slot adopt(FleetAgent agent, DispatchRef ref) {
        Slot known = unwatched.remove(ref);
        return known != null ? known : reserve(agent, null);
    }

    /** Keeps the slot of a task that runs on for whoever watches it next. */
    synchronized void leaveUnwatched(Slot slot, DispatchRef ref) {
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
        if (!slot.dispatched) {
            giveTrialBack(slot);
        }
        serveLines();
    }

    /** The agent refused: its slots are fuller than we thought. */
    void refused(Slot slot) {
        synchronized (this) {
            free(slot);
            cool(slot.agent());
        }
        giveTrialBack(slot);
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
            claimTrials(gifts);
            for (Ticket next = bestServed(); next != null; next = bestServed()) {
                Ticket ticket = next;
                FleetAgent agent = leastLoaded(ticket.wish().taskType());
                if (agent == null) {
                    throw new IllegalStateException("the best ticket is one that nobody can serve");
                }
                lines.remove(ticket);
                Slot slot = reserve(agent, null);
                gifts.add(() -> ticket.taker().accept(slot));
            }
        }
        gifts.forEach(Runnable::run);
    }

    /** Slots in use, by agent, as this worker sees them. */
    public synchronized Map<String, Integer> used() {
        return Map.copyOf(usedByAgent);
    }

    private @Nullable Ticket bestServed() {
        return lines.best(taskType -> leastLoaded(taskType) != null);
    }

    private @Nullable FleetAgent leastLoaded(String taskType) {
        FleetAgent best = null;
        double bestLoad = 1.0;
        for (FleetAgent agent : directory.agents().values()) {
            double load = load(agent);
            if (load < bestLoad && agent.agentTypes().contains(taskType) && takesTasks(agent) && isTrusted(agent)) {
                best = agent;
                bestLoad = load;
            }
        }
        return best;
    }

    /** Before this worker has looked up the breaker itself, it goes by what the registry says. */
    private boolean isTrusted(FleetAgent agent) {
        Phase phase = breakers.phase(agent.agentId());
        return phase == null ? agent.breakerState().equals(Phase.CLOSED.name()) : phase == Phase.CLOSED;
    }

    private boolean takesTasks(FleetAgent agent) {
        return agent.ready() && !coolUntilMillis.containsKey(agent.agentId());
    }

    private double load(FleetAgent agent) {
        return usedByAgent.getOrDefault(agent.agentId(), 0) / (double) agent.maxConcurrentTasks();
    }

    private boolean isTrialFree(String taskType) {
        return directory.agents().values().stream()
                .anyMatch(agent -> agent.agentTypes().contains(taskType) && isTrialFree(agent));
    }

    private boolean isTrialFree(FleetAgent agent) {
        return breakers.isTrialFree(agent.agentId())
                && takesTasks(agent)
                && load(agent) < 1
                && !trialClaims.containsKey(agent.agentId());
    }

    /** Takes the best out of line for each agent that may be tried: a half-open breaker closes only by a trial. */
    private void claimTrials(List<Runnable> gifts) {
        for (FleetAgent agent : directory.agents().values()) {
            Ticket ticket = isTrialFree(agent) ? lines.bestOf(agent.agentTypes()) : null;
            if (ticket != null) {
                lines.remove(ticket);
                trialClaims.put(agent.agentId(), ticket);
                gifts.add(() -> breakers.claimTrial(
                        agent.agentId(),
                        ticket.wish().dispatch(),
                        ticket.wish().timeout(),
                        given -> trialClaimed(agent.agentId(), ticket, given)));
            }
        }
    }

    private void trialClaimed(String agentId, Ticket ticket, boolean given) {
        Slot slot = null;
        synchronized (this) {
            boolean wanted = trialClaims.remove(agentId, ticket);
            FleetAgent agent = directory.find(agentId);
            if (given && wanted && agent != null && agent.ready()) {
                slot = reserve(agent, ticket.wish().dispatch());
            } else {
                if (wanted) {
                    lines.add(ticket);
                }
                if (agent != null) {
                    cool(agent); // lest it be claimed again and again before the view has caught up
                }
            }
        }
        if (slot != null) {
            ticket.taker().accept(slot);
        } else if (given) {
            breakers.trialReturned(agentId, ticket.wish().dispatch());
        }
        serveLines();
    }

    private void giveTrialBack(Slot slot) {
        DispatchRef trial = slot.trial();
        if (trial != null) {
            breakers.trialReturned(slot.agent().agentId(), trial);
        }
    }

    private void cool(FleetAgent agent) {
        coolUntilMillis.put(agent.agentId(), clock.millis() + COOL_DOWN.toMillis());
    }

    private Slot reserve(FleetAgent agent, @Nullable DispatchRef trial) {
        usedByAgent.merge(agent.agentId(), 1, Integer::sum);
        return new Slot(agent, trial);
    }

    private void free(Slot slot) {
        if (!slot.freed) {
            slot.freed = true;
            usedByAgent.computeIfPresent(slot.agent().agentId(), (id, used) -> used <= 1 ? null : used - 1);
        }
    }

    /** One reserved slot; freed once. */
    static final class Slot {
        private final FleetAgent agent;
        private final @Nullable DispatchRef trial;
        private boolean freed;
        private long expiresAtMillis;
        private volatile boolean dispatched;

        private Slot(FleetAgent agent, @Nullable DispatchRef trial) {
            this.agent = agent;
            this.trial = trial;
        }

        FleetAgent agent() {
            return agent;
        }

        /** The dispatch that is the trial of the agent's breaker; null where the agent is trusted. */
        @Nullable DispatchRef trial() {
            return trial;
        }

        /** The task is about to be sent: from now on a trial ends with it. */
        void dispatch() {
            dispatched = true;
        }
    }
}
