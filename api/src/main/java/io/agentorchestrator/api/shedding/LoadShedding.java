package io.agentorchestrator.api.shedding;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationError;
import io.agentorchestrator.api.waiting.FleetCache;
import io.agentorchestrator.api.waiting.FleetView;
import io.agentorchestrator.store.submission.Submission;
import io.agentorchestrator.workflows.model.Priority;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Refuses submissions near the limits of open tasks (503 {@code SHED}) and beyond tenants' rates (429 {@code RATE_LIMITED}), each with the time
 * after which another try makes sense, and those for which none does, being larger than a limit (422 {@code TOO_MANY_TASKS}). Asks nobody: it goes by what loops beside it have read. Thread-safe.
 */
@Component
public final class LoadShedding {
    private final AdmissionControl control;
    private final FleetCache fleet;
    private final Map<Priority, Counter> shed = new EnumMap<>(Priority.class);
    private final Counter rateLimited;

    LoadShedding(AdmissionControl control, FleetCache fleet, MeterRegistry metrics) {
        this.control = control;
        this.fleet = fleet;
        for (Priority priority : Priority.values()) {
            shed.put(
                    priority,
                    Counter.builder("tasks.shed")
                            .description("Tasks that were refused near a limit of open tasks")
                            .tag("priority", priority.name())
                            .register(metrics));
        }
        this.rateLimited = Counter.builder("tasks.rate.limited")
                .description("Tasks that were refused beyond their tenant's rate")
                .register(metrics);
    }

    /** A submission that was let in; it is to be settled, however it ends. */
    public final class Reserved {
        private final Demand demand;

        private Reserved(Demand demand) {
            this.demand = demand;
        }

        /** Tells what came of it. */
        public void settle(boolean isStored) {
            control.settle(demand, isStored);
        }
    }

    /**
     * Lets a submission in, as a whole.
     *
     * @throws ProblemException if it is refused
     */
    public Reserved admit(Submission submission) {
        Optional<FleetView> agents = fleet.now();
        Demand demand = Demand.of(
                submission,
                (type, tenant, required) -> agents.map(view -> view.isServed(type, tenant, required))
                        .orElse(true));
        return switch (control.decide(demand, System.nanoTime())) {
            case Verdict.Admitted _ -> new Reserved(demand);
            case Verdict.Shed refused -> throw problem(refused, demand);
            case Verdict.TooLarge refused -> throw problem(refused, demand);
            case Verdict.RateLimited refused -> throw problem(refused, demand);
        };
    }

    /**
     * Checks whether tasks that were accepted once may run again: they are shed as a submission of their priority, and no rate counts them.
     *
     * @param again reads which; not asked while even one NORMAL task would be let in. Empty: nothing runs again
     * @throws ProblemException if they are refused
     */
    public void checkAgain(String tenant, Supplier<Optional<Again>> again) {
        long now = System.nanoTime();
        if (control.refusal(Demand.again(tenant, Priority.NORMAL, 1), now).isEmpty()) {
            return;
        }
        again.get().ifPresent(tasks -> {
            Demand demand = Demand.again(tenant, tasks.priority(), tasks.tasks());
            control.refusal(demand, now).ifPresent(refused -> {
                throw problem(refused, demand);
            });
        });
    }

    /** Takes note of tasks that run again: so many could at once, and so many not. */
    public void ranAgain(String tenant, int runnable, int parked) {
        control.note(new Demand(tenant, runnable, parked, Map.of()));
    }

    /** Tasks that are to run again. */
    public record Again(Priority priority, int tasks) {}

    /** The use of the installation's limits. */
    public Capacity capacity() {
        return control.capacity(System.nanoTime());
    }

    /** The use of a tenant's limits. */
    public Capacity capacity(String tenant) {
        return control.capacity(tenant, System.nanoTime());
    }

    private ProblemException problem(Verdict.Shed refused, Demand demand) {
        demand.byPriority().forEach((priority, tasks) -> counter(priority).increment(tasks));
        boolean fits = demand.under(refused.limit()) <= refused.most();
        return new ProblemException(
                ProblemCode.SHED,
                fits
                        ? named(refused.limit(), demand)
                                + (demand.isCritical()
                                        ? " is reached"
                                        : " is nearly reached, and takes only CRITICAL ones")
                                + "; try again later"
                        : never(refused.limit(), refused.most(), demand),
                refused.retryAfter());
    }

    /** No wait helps, and so none is told. */
    private static ProblemException problem(Verdict.TooLarge refused, Demand demand) {
        return new ProblemException(ValidationError.in(
                "/tasks", ProblemCode.TOO_MANY_TASKS, never(refused.limit(), refused.most(), demand)));
    }

    private static String never(Verdict.Limit limit, long most, Demand demand) {
        return "%s lets in %,d at most: the request's %,d never fit; split it, or raise the limit"
                .formatted(named(limit, demand), most, demand.under(limit));
    }

    private static String named(Verdict.Limit limit, Demand demand) {
        String parked = "tasks that wait for others, are paused, or have no agent";
        return switch (limit) {
            case OPEN_TASKS -> "the installation's limit of unfinished tasks (setting max_open_tasks)";
            case PARKED_TASKS -> "the installation's limit of " + parked + " (setting max_parked_tasks)";
            case OPEN_TASKS_OF_TENANT ->
                "the limit of tenant '%s' of unfinished tasks (max_open_tasks of the tenant)"
                        .formatted(demand.tenant());
            case PARKED_TASKS_OF_TENANT ->
                "the limit of tenant '%s' of %s (of max_open_tasks of the tenant)".formatted(demand.tenant(), parked);
        };
    }

    private Counter counter(Priority priority) {
        Counter counter = shed.get(priority);
        if (counter == null) {
            throw new IllegalStateException("every priority has its counter");
        }
        return counter;
    }

    private ProblemException problem(Verdict.RateLimited refused, Demand demand) {
        rateLimited.increment((double) demand.tasks());
        Duration wait = refused.retryAfter();
        return new ProblemException(
                ProblemCode.RATE_LIMITED,
                "tenant '%s' submits more tasks per second than it may (max_tasks_per_second of the tenant); try again in %d s"
                        .formatted(demand.tenant(), wait.toSeconds()),
                wait);
    }
}
