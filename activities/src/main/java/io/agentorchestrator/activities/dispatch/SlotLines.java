package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Who waits for slots: a line for each task type, by priority and then by arrival. Not thread-safe. */
final class SlotLines {
    private final Map<String, TreeSet<Ticket>> linesByType = new HashMap<>();

    boolean isEmpty(String taskType) {
        return !linesByType.containsKey(taskType);
    }

    void add(Ticket ticket) {
        linesByType
                .computeIfAbsent(ticket.wish().taskType(), type -> new TreeSet<>(Ticket.ORDER))
                .add(ticket);
    }

    /** False if the ticket is in no line. */
    boolean remove(Ticket ticket) {
        String taskType = ticket.wish().taskType();
        TreeSet<Ticket> line = linesByType.get(taskType);
        boolean removed = line != null && line.remove(ticket);
        if (line != null && line.isEmpty()) {
            linesByType.remove(taskType);
        }
        return removed;
    }

    /** The first of all whose type can be served; null if there is none. */
    @Nullable Ticket best(Predicate<String> canBeServed) {
        Ticket best = null;
        for (Map.Entry<String, TreeSet<Ticket>> line : linesByType.entrySet()) {
            Ticket first = line.getValue().first();
            boolean better = best == null || Ticket.ORDER.compare(first, best) < 0;
            if (better && canBeServed.test(line.getKey())) {
                best = first;
            }
        }
        return best;
    }

    /** The first of those that wait for one of these types; null if there is none. */
    @Nullable Ticket bestOf(Collection<String> taskTypes) {
        Ticket best = null;
        for (String type : taskTypes) {
            TreeSet<Ticket> line = linesByType.get(type);
            if (line != null && (best == null || Ticket.ORDER.compare(line.first(), best) < 0)) {
                best = line.first();
            }
        }
        return best;
    }

    /**
     * What somebody wants a slot for.
     *
     * @param dispatch the one that would begin with the slot
     * @param timeout of its attempt
     */
    record Wish(String taskType, Priority priority, DispatchRef dispatch, Duration timeout) {}

    /** A place in line. */
    record Ticket(Wish wish, long number, Consumer<AgentSlots.Slot> taker) {
        static final Comparator<Ticket> ORDER = Comparator.comparing(
                        (Ticket ticket) -> ticket.wish().priority())
                .thenComparingLong(Ticket::number);
    }
}
