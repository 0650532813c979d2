package io.agentorchestrator.api.shedding;

import io.agentorchestrator.store.tenant.OpenTasks;
import io.agentorchestrator.store.tenant.OpenTasks.Count;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/** APIs that admit tasks into one backlog, which drains at a rate; each counts it now and then. Time goes in steps of a millisecond. */
final class SheddingWorld {
    private static final long STEP_NANOS = 1_000_000;
    private static final String TENANT = "default";

    private final Random random;
    private final List<Api> apis = new ArrayList<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingInt(Event::order));
    private final double drainPerSecond;
    private int scheduled;
    private double drained;
    private long nowNanos;
    /** Tasks that are stored and have not ended. */
    private long open;

    private long accepted;
    private long refused;
    private long mostOpen;

    /** An API, and the share of the clients that come to it. */
    private record Api(AdmissionControl control, double share) {}

    private record Event(long atNanos, int order, Runnable what) {}

    SheddingWorld(long seed, CapacityLimits limits, double drainPerSecond, Duration countInterval) {
        this.random = new Random(seed);
        this.drainPerSecond = drainPerSecond;
        double left = 1;
        for (int api = 0; api < limits.apis(); api++) {
            double share = api == limits.apis() - 1 ? left : left * (0.2 + 0.6 * random.nextDouble());
            left -= share;
            Api added = new Api(new AdmissionControl(limits), share);
            apis.add(added);
            count(added, countInterval);
        }
    }

    /** Counts, which takes a tenth of the interval; the snapshot is of somewhen within it. */
    private void count(Api api, Duration interval) {
        long began = nowNanos;
        api.control.mark(began);
        long cost = interval.toNanos() / 10;
        after((long) (random.nextDouble() * STEP_NANOS * 5), () -> {
            Count found = new Count(open, 0);
            after(cost, () -> {
                api.control.adopt(new OpenTasks(Map.of(TENANT, found)), began, Duration.ofMinutes(1));
                after(interval.toNanos(), () -> count(api, interval));
            });
        });
    }

    private void after(long nanos, Runnable what) {
        events.add(new Event(nowNanos + nanos, scheduled++, what));
    }

    /** Lets time pass while requests of one task come at this rate. */
    void run(Duration time, double arrivalsPerSecond, Priority priority) {
        for (long end = nowNanos + time.toNanos(); nowNanos < end; nowNanos += STEP_NANOS) {
            for (Event next = events.peek(); next != null && next.atNanos <= nowNanos; next = events.peek()) {
                events.remove().what.run();
            }
            for (int n = poisson(arrivalsPerSecond / 1_000); n > 0; n--) {
                submit(pick(), priority);
            }
            drained = Math.min((double) open, drained + drainPerSecond / 1_000);
            open -= (long) drained;
            drained -= (long) drained;
            mostOpen = Math.max(mostOpen, open);
        }
    }

    private void submit(Api api, Priority priority) {
        Demand demand = new Demand(TENANT, 1, 0, Map.of(priority, 1));
        if (api.control.decide(demand, nowNanos) instanceof Verdict.Admitted) {
            accepted++;
            // The commit; its answer comes a little later.
            after(STEP_NANOS * (5 + random.nextInt(30)), () -> {
                open++;
                after(STEP_NANOS * random.nextInt(3), () -> api.control.settle(demand, true));
            });
        } else {
            refused++;
        }
    }

    private Api pick() {
        double at = random.nextDouble();
        for (Api api : apis) {
            at -= api.share;
            if (at < 0) {
                return api;
            }
        }
        return apis.getLast();
    }

    /** Knuth's method. */
    private int poisson(double mean) {
        double limit = Math.exp(-mean);
        int n = 0;
        for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
            n++;
        }
        return n;
    }

    /** Reads how many were accepted since this was asked last. */
    long takeAccepted() {
        long since = accepted;
        accepted = 0;
        return since;
    }

    long refused() {
        return refused;
    }

    long open() {
        return open;
    }

    long mostOpen() {
        return mostOpen;
    }
}
