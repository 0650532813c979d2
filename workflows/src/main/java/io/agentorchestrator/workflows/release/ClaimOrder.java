package io.agentorchestrator.workflows.release;

import io.agentorchestrator.workflows.model.Priority;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The order in which waiting tasks get capacity, standalone ones and those of DAGs, of whatever types. Of tasks whose {@link Rank}s are equal, closer to the
 * best than {@link Ageing#equal()}, the next is found in two steps:
 *
 * <ol>
 *   <li>The first of each tenant: the earliest deadline, tasks without one last; then the longest remaining path; then the lowest rank.
 *   <li>The first of these: the earliest deadline; then the tenant with the lowest load ({@link FairShares}); then the longest remaining path; then the
 *       lowest rank.
 * </ol>
 *
 * <p>Of a tenant that is over its share neither deadlines count beside others', nor the time that its tasks have waited: each counts as queued just
 * now. Otherwise whoever queues most would have the oldest tasks, and by them the first place. Among the tenant's own tasks both go on counting.
 *
 * <p>With one tenant and without deadlines and paths this is the order of ranks. Each step looks at every tenant once. Not thread-safe.
 */
public final class ClaimOrder<T> {
    private final List<Lane<T>> lanes = new ArrayList<>();
    private final Map<String, Lane<T>> byTenant = new HashMap<>();
    private final Ageing ageing;
    private final long nowMillis;
    /** Of all tenants that were in line: seconds of slots, and weights. */
    private double used;

    private double weight;

    /**
     * A task in line.
     *
     * @param deadline by when it has to complete; null if it has none
     * @param pathMillis estimated time of the longest path that begins with it; 0 where nothing depends on it
     */
    public record Turn<T>(
            T task,
            String tenant,
            Priority priority,
            Rank rank,
            @Nullable Instant deadline,
            long pathMillis) {
        static final long NOT_DUE = Long.MAX_VALUE;
        static final Comparator<Turn<?>> BY_RANK = Comparator.comparing(Turn::rank);
        static final Comparator<Turn<?>> IN_TENANT = Comparator.<Turn<?>>comparingLong(Turn::dueMillis)
                .thenComparing(
                        Comparator.<Turn<?>>comparingLong(Turn::pathMillis).reversed())
                .thenComparing(BY_RANK);

        long dueMillis() {
            return deadline == null ? NOT_DUE : deadline.toEpochMilli();
        }
    }

    /** Lines tasks up, given in any order, each once. */
    public ClaimOrder(List<Turn<T>> turns, FairShares shares, Ageing ageing, Instant now) {
        this.ageing = ageing;
        this.nowMillis = now.toEpochMilli();
        Map<String, List<Turn<T>>> turnsOf = new HashMap<>();
        turns.forEach(turn ->
                turnsOf.computeIfAbsent(turn.tenant(), _ -> new ArrayList<>()).add(turn));
        long equal = ageing.equal().toMillis();
        turnsOf.forEach((tenant, own) -> {
            Lane<T> lane = new Lane<>(own, equal, shares.use(tenant), shares.weight(tenant));
            lanes.add(lane);
            byTenant.put(tenant, lane);
            used += lane.used;
            weight += lane.weight;
        });
    }

    /** Takes the next out of line, whether it gets capacity or not; null if there is none. */
    public @Nullable Turn<T> next() {
        long best = Long.MAX_VALUE;
        for (Lane<T> lane : lanes) {
            best = Math.min(best, rankBesideOthers(lane));
        }
        long last = best + ageing.equal().toMillis();
        Lane<T> next = null;
        for (Lane<T> lane : lanes) {
            if (rankBesideOthers(lane) <= last && (next == null || goesBefore(lane, next))) {
                next = lane;
            }
        }
        if (next == null) {
            return null;
        }
        Turn<T> first = next.first();
        if (!next.removeFirst()) {
            lanes.remove(next);
        }
        return first;
    }

    /** Counts seconds of slots that a task is expected to use, which gets capacity. */
    public void use(Turn<T> turn, double seconds) {
        Lane<T> lane = byTenant.get(turn.tenant());
        if (lane != null) {
            lane.used += seconds;
            used += seconds;
        }
    }

    private boolean isOver(Lane<T> lane) {
        return FairShares.isOver(lane.load(), used, weight);
    }

    private long rankBesideOthers(Lane<T> lane) {
        Turn<T> best = lane.best();
        return isOver(lane)
                ? Math.max(
                        best.rank().millis(),
                        nowMillis - ageing.headStart(best.priority()).toMillis())
                : best.rank().millis();
    }

    private boolean goesBefore(Lane<T> lane, Lane<T> other) {
        Turn<T> turn = lane.first();
        Turn<T> otherTurn = other.first();
        int before = Long.compare(
                isOver(lane) ? Turn.NOT_DUE : turn.dueMillis(), isOver(other) ? Turn.NOT_DUE : otherTurn.dueMillis());
        if (before == 0) {
            before = Double.compare(lane.load(), other.load());
        }
        if (before == 0) {
            before = Long.compare(otherTurn.pathMillis(), turn.pathMillis());
        }
        return before < 0 || (before == 0 && turn.rank().isBefore(otherTurn.rank()));
    }

    /** One tenant's tasks. */
    private static final class Lane<T> {
        private final List<Turn<T>> byRank;
        private final long equalMillis;
        /** Of those that are equal to the best, by their place. */
        private final PriorityQueue<Integer> equals;

        private final BitSet left = new BitSet();
        private final double weight;
        private double used;
        private int notYetEqual;

        Lane(List<Turn<T>> own, long equalMillis, double used, double weight) {
            this.used = used;
            this.weight = weight;
            this.byRank = own;
            this.equalMillis = equalMillis;
            this.equals = new PriorityQueue<>(Comparator.comparing(byRank::get, Turn.IN_TENANT));
            byRank.sort(Turn.BY_RANK);
            left.set(0, byRank.size());
            admit();
        }

        /** The one of the lowest rank. */
        Turn<T> best() {
            return byRank.get(left.nextSetBit(0));
        }

        double load() {
            return used / weight;
        }

        Turn<T> first() {
            return byRank.get(equals.element());
        }

        /** Takes the first away; returns whether there is another. */
        boolean removeFirst() {
            left.clear(equals.remove());
            if (left.isEmpty()) {
                return false;
            }
            admit();
            return true;
        }

        private void admit() {
            long last = best().rank().millis() + equalMillis;
            while (notYetEqual < byRank.size() && byRank.get(notYetEqual).rank().millis() <= last) {
                equals.add(notYetEqual++);
            }
        }
    }
}
