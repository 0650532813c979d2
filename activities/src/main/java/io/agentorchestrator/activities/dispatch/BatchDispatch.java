package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.agent.DispatchListener;
import io.agentorchestrator.activities.agent.StartOrder;
import io.agentorchestrator.activities.dispatch.WatchedTask.Phase;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.store.run.Dispatch;
import io.agentorchestrator.store.run.RunDispatches;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.opentelemetry.api.trace.Span;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The way of a batch's tasks to agents: slots, Start, Attach, and back where no agent takes them. */
final class BatchDispatch {
    private final DispatchContext context;
    private final Batch batch;
    private final BiConsumer<Integer, AgentSlots.Slot> onSlot;
    private final BiConsumer<Integer, AgentEvent> onEvent;
    private final List<Offer> offers = new ArrayList<>();
    private final List<WatchedTask> refused = new ArrayList<>();

    /** Both consumers are called on other threads. */
    BatchDispatch(
            DispatchContext context,
            Batch batch,
            BiConsumer<Integer, AgentSlots.Slot> onSlot,
            BiConsumer<Integer, AgentEvent> onEvent) {
        this.context = context;
        this.batch = batch;
        this.onSlot = onSlot;
        this.onEvent = onEvent;
    }

    void wantSlot(WatchedTask task) {
        task.phase = Phase.WAITS_FOR_SLOT;
        SlotLines.Wish wish = new SlotLines.Wish(
                task.task().taskType(),
                task.task().priority(),
                task.nextRef(),
                task.task().timeout());
        task.ticket = context.slots().request(wish, slot -> onSlot.accept(task.index(), slot));
    }

    void offer(WatchedTask task, AgentSlots.Slot slot) {
        task.ticket = null;
        offers.add(new Offer(task, slot));
    }

    boolean isIdle() {
        return offers.isEmpty() && refused.isEmpty();
    }

    /** Begins what was offered, and finds further agents for what was refused. */
    void flush() {
        takeBackRefused();
        if (offers.isEmpty()) {
            return;
        }
        List<Offer> current = List.copyOf(offers);
        offers.clear();
        Map<UUID, Dispatch.Begun> begun;
        try {
            begun = begin(current.stream()
                    .map(offer -> new Dispatch(
                            offer.task().taskId(),
                            offer.task().epoch(),
                            offer.slot().agent().agentId()))
                    .toList());
        } catch (RuntimeException storeAway) {
            current.forEach(offer -> context.slots().release(offer.slot()));
            throw storeAway;
        }
        for (Offer offer : current) {
            Dispatch.Begun numbers = begun.get(offer.task().taskId());
            if (numbers != null) {
                start(offer.task(), offer.slot(), numbers);
            } else {
                context.slots().release(offer.slot());
                leaveToOthers(offer.task());
            }
        }
    }

    /** The numbers under which dispatches begin; those that another session has moved on are missing. */
    Map<UUID, Dispatch.Begun> begin(List<Dispatch> dispatches) {
        Map<UUID, Dispatch.Begun> byId = new LinkedHashMap<>();
        context.dispatches()
                .write(new RunDispatches(batch.run(), dispatches))
                .forEach(begun -> byId.put(begun.taskId(), begun));
        return byId;
    }

    /** Asks the task's agent how it goes, where that agent is known to be there. */
    void attach(WatchedTask task) {
        FleetAgent agent = agentOf(task);
        if (agent == null) {
            return;
        }
        if (task.slot == null) {
            task.slot = context.slots().adopt(agent, task.ref());
        }
        context.connections().attach(agent, task.ref(), listen(task));
    }

    /** The agent of the last dispatch; null where there was none, or it is gone. */
    @Nullable FleetAgent agentOf(WatchedTask task) {
        String agentId = task.agentId();
        return agentId == null ? null : context.directory().find(agentId);
    }

    void cancelAtAgent(WatchedTask task, String reason) {
        FleetAgent agent = agentOf(task);
        if (agent != null) {
            context.connections().cancel(agent, task.ref(), reason);
        }
    }

    /** The agent has not taken the task: another one, a further epoch, the same attempt. */
    void refused(WatchedTask task) {
        saysNothingOfAgent(task.agentId(), task.ref());
        context.metrics().rerouted(task.task().taskType());
        stopListening(task);
        endSpan(task);
        if (task.slot != null) {
            context.slots().refused(task.slot);
            task.slot = null;
        }
        task.phase = Phase.WAITS_FOR_SLOT;
        refused.add(task);
    }

    /** Puts tasks that found no agent back into the backlog, unless one is just being offered to an agent. */
    void backToBacklog(Collection<WatchedTask> tasks) {
        List<WatchedTask> returning = tasks.stream()
                .filter(task -> task.ticket == null || context.slots().withdraw(task.ticket))
                .toList();
        List<Integer> queued = takeBack(returning, TaskStatus.QUEUED);
        for (WatchedTask task : returning) {
            if (queued.contains(task.index())) {
                leave(task);
                batch.notStarted(task.index(), context.now());
            } else {
                leaveToOthers(task);
            }
        }
    }

    /** Has nothing more to do with the task, and frees its slot. */
    void leave(WatchedTask task) {
        task.phase = Phase.OVER;
        stopListening(task);
        endSpan(task);
        withdraw(task);
        if (task.slot != null) {
            context.slots().release(task.slot);
            task.slot = null;
        }
    }

    /** A dispatch is over, and its end is nothing that a circuit breaker goes by: if it was the trial, another may be made. */
    void saysNothingOfAgent(@Nullable String agentId, DispatchRef dispatch) {
        if (agentId != null) {
            context.breakers().trialReturned(agentId, dispatch);
        }
    }

    /** Leaves a task that another session has moved on, or a further batch will. */
    void leaveToOthers(WatchedTask task) {
        leave(task);
        batch.inOtherHands(task.index(), context.now());
    }

    /** Leaves all that is open to the next session, slots included. */
    void detach() {
        offers.forEach(offer -> context.slots().release(offer.slot()));
        offers.clear();
        batch.open().forEach(task -> {
            stopListening(task);
            endSpan(task);
            withdraw(task);
            if (task.slot != null) {
                context.slots().leaveUnwatched(task.slot, task.ref());
                task.slot = null;
            }
        });
    }

    private void takeBackRefused() {
        if (refused.isEmpty()) {
            return;
        }
        List<WatchedTask> current = List.copyOf(refused);
        refused.clear();
        List<Integer> released = takeBack(current, TaskStatus.RELEASED);
        List<WatchedTask> givenBack = new ArrayList<>();
        for (WatchedTask task : current) {
            if (!released.contains(task.index())) {
                leaveToOthers(task);
            } else if (task.dispatches >= Limits.MAX_EPOCHS_PER_ATTEMPT) {
                givenBack.add(task);
            } else if (task.isPastDeadline(context.now())) {
                givenBack.add(task);
            } else if (task.payload == null) {
                leaveToOthers(task); // attached, so its payload was never made: a further batch makes it
            } else {
                wantSlot(task);
            }
        }
        backToBacklog(givenBack);
    }

    private List<Integer> takeBack(List<WatchedTask> tasks, TaskStatus target) {
        if (tasks.isEmpty()) {
            return List.of();
        }
        Map<UUID, Integer> epochs = new LinkedHashMap<>();
        tasks.forEach(task -> epochs.put(task.taskId(), task.epoch()));
        return context.batches().takeBack(batch.run(), epochs, target);
    }

    private void start(WatchedTask task, AgentSlots.Slot slot, Dispatch.Begun numbers) {
        byte[] payload = task.payload;
        if (payload == null) {
            throw new IllegalStateException("a task without payload was offered");
        }
        FleetAgent agent = slot.agent();
        task.begun(numbers.attempt(), numbers.epoch(), agent.agentId(), context.now());
        slot.dispatch();
        task.slot = slot;
        task.phase = Phase.OFFERED;
        context.metrics().assigned(task.task(), context.now());
        Span span = context.tracing().begin(task, agent.agentId());
        task.span = span;
        DispatchTracing.TraceContext trace = context.tracing().contextFor(task, span);
        StartOrder order = new StartOrder(
                task.ref(),
                task.attempt(),
                task.task().taskType(),
                task.task().tenant(),
                payload,
                task.task().timeout(),
                task.task().deadline(),
                context.lease(),
                trace.traceparent(),
                trace.tracestate(),
                task.task().checkpoint());
        context.connections().start(agent, order, listen(task));
    }

    private DispatchListener listen(WatchedTask task) {
        DispatchListener listener = event -> onEvent.accept(task.index(), event);
        task.listener = listener;
        return listener;
    }

    private static void endSpan(WatchedTask task) {
        if (task.span != null) {
            DispatchTracing.leave(task.span);
            task.span = null;
        }
    }

    void stopListening(WatchedTask task) {
        DispatchListener listener = task.listener;
        String agentId = task.agentId();
        if (listener != null && agentId != null) {
            context.connections().forget(agentId, task.ref(), listener);
        }
        task.listener = null;
    }

    private void withdraw(WatchedTask task) {
        SlotLines.Ticket ticket = task.ticket;
        if (ticket != null) {
            context.slots().withdraw(ticket);
            task.ticket = null;
        }
    }

    /** A slot for a task that waited for one. */
    private record Offer(WatchedTask task, AgentSlots.Slot slot) {}
}
