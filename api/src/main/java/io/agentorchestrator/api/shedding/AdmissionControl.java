package io.agentorchestrator.api.shedding;

import io.agentorchestrator.api.shedding.Verdict.Limit;
import io.agentorchestrator.api.shedding.Verdict.Shed;
import io.agentorchestrator.api.shedding.Verdict.TooLarge;
import io.agentorchestrator.store.tenant.OpenTasks;
import io.agentorchestrator.store.tenant.OpenTasks.Count;
import io.agentorchestrator.workflows.model.Limits;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is admitted, by the limits, the last count of open tasks, and what this API has admitted since. It does no I/O and has no clock: times are
 * given, by {@link System#nanoTime()}. While there is no count, or only an old one, limits of open tasks refuse nothing; the store's own failures say
 * the rest. Thread-safe.
 */
final class AdmissionControl {
    /** Shedding is told for so long after the last refusal, since between two of them there is room for one. */
    private static final long TOLD_NANOS = Duration.ofSeconds(5).toNanos();

    private final Scope all = new Scope();
    private final Map<String, Scope> tenants = new HashMap<>();
    private final Map<String, TokenBucket> rates = new HashMap<>();
    private final Duration leastInterval;
    private CapacityLimits limits;
    private @Nullable Long validUntilNanos;

    AdmissionControl(CapacityLimits limits) {
        this(limits, Duration.ZERO);
    }

    /** @param leastInterval counts that follow each other sooner measure no drain rate */
    AdmissionControl(CapacityLimits limits, Duration leastInterval) {
        this.limits = limits;
        this.leastInterval = leastInterval;
    }

    /** Goes by these limits from now on. */
    synchronized void limits(CapacityLimits now, long nowNanos) {
        limits = now;
        rates.entrySet().removeIf(rate -> {
            Double perSecond = now.tasksPerSecond(rate.getKey());
            if (perSecond != null) {
                rate.getValue().rate(perSecond, nowNanos);
            }
            return perSecond == null;
        });
    }

    synchronized int apis() {
        return limits.apis();
    }

    /** Decides on a demand; what is admitted is reserved until it is settled. */
    synchronized Verdict decide(Demand demand, long nowNanos) {
        Optional<TooLarge> never = tooLarge(demand, nowNanos);
        if (never.isPresent()) {
            return never.get();
        }
        TokenBucket rate = rateOf(demand.tenant(), nowNanos);
        Duration wait = rate == null ? Duration.ZERO : rate.waitFor(demand.tasks(), nowNanos);
        if (!wait.isZero()) {
            return new Verdict.RateLimited(wait);
        }
        Optional<Shed> refused = refusal(demand, nowNanos);
        if (refused.isPresent()) {
            return refused.get();
        }
        if (rate != null) {
            rate.take(demand.tasks());
        }
        reserve(demand);
        return new Verdict.Admitted();
    }

    /** The limit that a demand is larger than, however little is open. Where a limit lets nothing in at all, it is not the demand that is too large. */
    private Optional<TooLarge> tooLarge(Demand demand, long nowNanos) {
        if (!limits.sheds() || !isValid(nowNanos)) {
            return Optional.empty();
        }
        Long own = limits.maxOpenTasks(demand.tenant());
        return Stream.concat(ofAll().stream(), own == null ? Stream.empty() : ofTenant(own).stream())
                .filter(bound -> bound.mostOf(demand) > 0 && demand.under(bound.limit()) > bound.mostOf(demand))
                .map(bound -> new TooLarge(bound.limit(), bound.mostOf(demand)))
                .findFirst();
    }

    private List<Bound> ofAll() {
        return List.of(
                new Bound(Limit.OPEN_TASKS, limits.maxOpenTasks()),
                new Bound(Limit.PARKED_TASKS, limits.maxParkedTasks()));
    }

    private static List<Bound> ofTenant(long maxOpenTasks) {
        return List.of(
                new Bound(Limit.OPEN_TASKS_OF_TENANT, maxOpenTasks),
                new Bound(Limit.PARKED_TASKS_OF_TENANT, parkedOf(maxOpenTasks)));
    }

    private void reserve(Demand demand) {
        all.reserve(demand);
        tenants.computeIfAbsent(demand.tenant(), tenant -> new Scope()).reserve(demand);
    }

    /** Takes note of tasks that were stored without having been decided on. */
    synchronized void note(Demand demand) {
        reserve(demand);
        settle(demand, true);
    }

    /** Takes note of what came of a demand that was admitted. */
    synchronized void settle(Demand demand, boolean isStored) {
        all.settle(demand, isStored);
        Scope tenant = tenants.get(demand.tenant());
        if (tenant != null) {
            tenant.settle(demand, isStored);
        }
        TokenBucket rate = rates.get(demand.tenant());
        if (rate != null && !isStored) {
            rate.giveBack(demand.tasks());
        }
    }

    /** The reason for which limits of open tasks would refuse a demand; empty if they would not. Nothing is reserved. */
    synchronized Optional<Shed> refusal(Demand demand, long nowNanos) {
        if (!limits.sheds() || !isValid(nowNanos)) {
            return Optional.empty();
        }
        Optional<Shed> refused = all.refusal(demand, nowNanos, limits.apis(), ofAll());
        Long own = limits.maxOpenTasks(demand.tenant());
        Scope tenant = tenants.get(demand.tenant());
        if (refused.isPresent() || own == null) {
            return refused;
        }
        return (tenant == null ? new Scope() : tenant).refusal(demand, nowNanos, limits.apis(), ofTenant(own));
    }

    /** The most that a tenant may have parked: as many as open, but at least one DAG. */
    private static long parkedOf(long maxOpenTasks) {
        return Math.max(maxOpenTasks, Limits.MAX_TASKS_PER_DAG * 10L / 9);
    }

    /** Begins a count of the store. While none succeeds no tenant's is gone by, and only those are remembered that have tasks under way. */
    synchronized void mark(long nowNanos) {
        if (!isValid(nowNanos)) {
            tenants.values().removeIf(scope -> !scope.isUnderWay());
        }
        all.mark();
        tenants.values().forEach(Scope::mark);
    }

    /**
     * Goes by a count.
     *
     * @param markNanos when {@link #mark} was called before it
     * @param validFor how long it is gone by unless another follows
     */
    synchronized void adopt(OpenTasks counted, long markNanos, Duration validFor) {
        int apis = limits.apis();
        all.adopt(counted.total(), markNanos, apis);
        counted.byTenant().keySet().forEach(tenant -> tenants.computeIfAbsent(tenant, name -> new Scope()));
        tenants.forEach((name, scope) -> scope.adopt(counted.of(name), markNanos, apis));
        tenants.values().removeIf(Scope::isIdle);
        validUntilNanos = markNanos + validFor.toNanos();
    }

    /** The use of the installation's limits. */
    synchronized Capacity capacity(long nowNanos) {
        return all.capacity(limits.maxOpenTasks(), limits.maxParkedTasks(), nowNanos);
    }

    /** The use of a tenant's limits; the most that may be is what the installation may have where it has none of its own. */
    synchronized Capacity capacity(String tenant, long nowNanos) {
        Long own = limits.maxOpenTasks(tenant);
        Scope scope = tenants.getOrDefault(tenant, new Scope());
        return own == null
                ? scope.capacity(limits.maxOpenTasks(), limits.maxParkedTasks(), nowNanos)
                : scope.capacity(own, parkedOf(own), nowNanos);
    }

    private boolean isValid(long nowNanos) {
        Long until = validUntilNanos;
        return until != null && nowNanos - until < 0;
    }

    private @Nullable TokenBucket rateOf(String tenant, long nowNanos) {
        Double perSecond = limits.tasksPerSecond(tenant);
        return perSecond == null ? null : rates.computeIfAbsent(tenant, name -> new TokenBucket(perSecond, nowNanos));
    }

    private record Bound(Limit limit, long most) {
        long mostOf(Demand demand) {
            return demand.isCritical() ? most : CapacityLimits.ordinary(most);
        }
    }

    /** The open tasks of a tenant, or of all. */
    private final class Scope {
        private final OpenTaskEstimate runnable = new OpenTaskEstimate();
        private final OpenTaskEstimate parked = new OpenTaskEstimate();
        private @Nullable Long refusedAtNanos;

        void reserve(Demand demand) {
            runnable.reserve(demand.runnable());
            parked.reserve(demand.parked());
        }

        void settle(Demand demand, boolean isStored) {
            runnable.settle(demand.runnable(), isStored);
            parked.settle(demand.parked(), isStored);
        }

        void mark() {
            runnable.mark();
            parked.mark();
        }

        void adopt(Count counted, long markNanos, int apis) {
            // A DAG that is paused, or a type that lost its agents, leaves one of the two for the other, and has not
            // drained.
            double gone = runnable.gone(counted.runnable(), apis) + parked.gone(counted.parked(), apis);
            runnable.adopt(counted.runnable(), markNanos, apis, leastInterval, gone);
            parked.adopt(counted.parked(), markNanos, apis, leastInterval, gone);
        }

        boolean isIdle() {
            return runnable.isIdle() && parked.isIdle();
        }

        boolean isUnderWay() {
            return runnable.isUnderWay() || parked.isUnderWay();
        }

        /** @param bounds of runnable tasks and of parked ones */
        Optional<Shed> refusal(Demand demand, long nowNanos, int apis, List<Bound> bounds) {
            Bound open = bounds.getFirst();
            Bound ofParked = bounds.getLast();
            return refusal(runnable, demand.runnable(), open.limit(), open.mostOf(demand), nowNanos, apis)
                    .or(() -> refusal(
                            parked, demand.parked(), ofParked.limit(), ofParked.mostOf(demand), nowNanos, apis));
        }

        private Optional<Shed> refusal(
                OpenTaskEstimate estimate, long tasks, Limit limit, long most, long nowNanos, int apis) {
            if (tasks == 0 || estimate.admits(tasks, most, nowNanos, apis)) {
                return Optional.empty();
            }
            refusedAtNanos = nowNanos;
            return Optional.of(new Shed(limit, most, estimate.promise(tasks, most, nowNanos, apis)));
        }

        Capacity capacity(long maxOpen, long maxParked, long nowNanos) {
            int apis = limits.apis();
            Long refused = refusedAtNanos;
            boolean full = (refused != null && nowNanos - refused < TOLD_NANOS)
                    || runnable.room(CapacityLimits.ordinary(maxOpen), nowNanos, apis) < 1;
            return new Capacity(
                    runnable.open(nowNanos, apis),
                    maxOpen,
                    parked.open(nowNanos, apis),
                    maxParked,
                    limits.sheds() && isValid(nowNanos) && full);
        }
    }
}
