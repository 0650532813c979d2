package io.agentorchestrator.benchmarks.scaling;

import io.agentorchestrator.benchmarks.scaling.SimulatedLoad.Arrival;
import io.agentorchestrator.workflows.scaling.DemandForecast;
import io.agentorchestrator.workflows.scaling.PoolDemand;
import io.agentorchestrator.workflows.scaling.PoolScaler;
import io.agentorchestrator.workflows.scaling.ReplicaRange;
import io.agentorchestrator.workflows.scaling.ScalingPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * One pool that is scaled by {@link PoolScaler}, with a forecast or without. Tasks go first come, first served, to the replica with the most free slots. A
 * replica takes tasks once the start time has passed; one that is taken away ends what it runs and costs until then. Those that have not started
 * yet go first, then those with the least to do.
 */
final class FleetSimulation {
    /** The wait that is the target. */
    static final double TARGET_SECONDS = 10;

    private static final ReplicaRange RANGE = new ReplicaRange(0, 1_000, 4);

    /** As often as Kubernetes' horizontal pod autoscaler looks. */
    private static final double LOOK_SECONDS = 15;

    private static final double MINUTE = 60;
    private static final double MILLIS = 1e3;

    /** The weight of a task in the mean of measured times. */
    private static final double WEIGHT = 0.02;

    private final SimulatedLoad workload;
    private final ScalingPolicy policy;
    private final PoolScaler scaler;
    private final @Nullable DemandForecast forecast;
    private final PriorityQueue<Step> steps = new PriorityQueue<>(Comparator.comparingDouble(Step::at));
    private final Deque<Arrival> waiting = new ArrayDeque<>();
    private final List<Replica> replicas = new ArrayList<>();
    private final double judgedFrom;
    private final int[] byMinute;
    private double meanSeconds = 1;
    private int running;
    private int arrived;
    private long tasks;
    private long late;
    private double replicaSeconds;
    private int changes;
    private int looks;
    private int forecasts;

    private static final class Replica {
        private final double since;
        private final double readyAt;
        private int busy;
        private boolean leaving;

        Replica(double since, double readyAt) {
            this.since = since;
            this.readyAt = readyAt;
        }
    }

    /**
     * The end of a task, or of a start.
     *
     * @param seconds that the task took, 0 of a start
     */
    private record Step(double at, Replica replica, double seconds) {}

    private FleetSimulation(SimulatedLoad workload, ScalingPolicy policy, boolean predictive) {
        this.workload = workload;
        this.policy = policy;
        this.scaler = new PoolScaler(policy, RANGE, 0, Instant.EPOCH);
        this.forecast = predictive ? new DemandForecast(policy.startTime()) : null;
        this.judgedFrom = workload.judgedFromHour() * SimulatedLoad.HOUR;
        this.byMinute = new int[(int) (workload.hours() * SimulatedLoad.HOUR / MINUTE)];
    }

    static ScalingTally of(SimulatedLoad workload, ScalingPolicy policy, boolean predictive) {
        return new FleetSimulation(workload, policy, predictive).run();
    }

    private ScalingTally run() {
        double end = workload.hours() * SimulatedLoad.HOUR;
        double look = 0;
        for (Arrival arrival : workload.arrivals()) {
            while (look <= arrival.at()) {
                passTo(look);
                look(look);
                look += LOOK_SECONDS;
            }
            passTo(arrival.at());
            arrived++;
            waiting.add(arrival);
            fill(arrival.at());
        }
        replicas.forEach(each -> charge(each, end));
        return new ScalingTally(
                tasks,
                late,
                replicaSeconds / SimulatedLoad.HOUR,
                changes,
                looks == 0 ? 0 : forecasts / (double) looks,
                byMinute);
    }

    private void passTo(double time) {
        while (!steps.isEmpty() && steps.element().at() <= time) {
            Step step = steps.remove();
            Replica replica = step.replica();
            if (step.seconds() > 0) {
                replica.busy--;
                running--;
                meanSeconds += WEIGHT * (step.seconds() - meanSeconds);
                if (replica.leaving && replica.busy == 0) {
                    remove(replica, step.at());
                }
            }
            fill(step.at());
        }
    }

    private void fill(double now) {
        while (!waiting.isEmpty()) {
            Replica free = null;
            for (Replica each : replicas) {
                if (!each.leaving
                        && each.readyAt <= now
                        && each.busy < RANGE.slots()
                        && (free == null || each.busy < free.busy)) {
                    free = each;
                }
            }
            if (free == null) {
                return;
            }
            Arrival task = waiting.remove();
            free.busy++;
            running++;
            double seconds = Math.max(1e-6, task.seconds());
            steps.add(new Step(now + seconds, free, seconds));
            if (task.at() >= judgedFrom) {
                tasks++;
                late += now - task.at() > TARGET_SECONDS ? 1 : 0;
            }
        }
    }

    private void look(double now) {
        Instant at = Instant.ofEpochMilli((long) (now * MILLIS));
        OptionalDouble ahead = OptionalDouble.empty();
        if (forecast != null) {
            forecast.arrived(at, arrived * meanSeconds);
            ahead = forecast.peak(at, policy.startTime().plus(Duration.ofMillis((long) (LOOK_SECONDS * MILLIS))));
        }
        arrived = 0;
        int before = scaler.replicas();
        int wanted = scaler.decide(at, new PoolDemand(waiting.size(), waiting.size() * meanSeconds, running), ahead)
                .replicas();
        if (now >= judgedFrom) {
            looks++;
            forecasts += ahead.isPresent() ? 1 : 0;
            changes += before == wanted ? 0 : 1;
        }
        byMinute[Math.min(byMinute.length - 1, (int) (now / MINUTE))] = wanted;
        int there = (int) replicas.stream().filter(each -> !each.leaving).count();
        for (; there < wanted; there++) {
            Replica replica = new Replica(now, now + policy.startTime().toMillis() / MILLIS);
            replicas.add(replica);
            steps.add(new Step(replica.readyAt, replica, 0));
        }
        for (; there > wanted; there--) {
            Replica leaving = replicas.stream()
                    .filter(each -> !each.leaving)
                    .min(Comparator.comparing((Replica each) -> each.readyAt <= now)
                            .thenComparingInt(each -> each.busy))
                    .orElseThrow();
            leaving.leaving = true;
            if (leaving.busy == 0) {
                remove(leaving, now);
            }
        }
    }

    private void remove(Replica replica, double now) {
        replicas.remove(replica);
        charge(replica, now);
    }

    private void charge(Replica replica, double until) {
        replicaSeconds += Math.max(0, until - Math.max(judgedFrom, replica.since));
    }
}
