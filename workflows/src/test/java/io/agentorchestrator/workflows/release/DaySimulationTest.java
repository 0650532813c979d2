package io.agentorchestrator.workflows.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.release.ClaimOrder.Turn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Simulates a day of a mixed load on twenty slots: five tenants, one of which submits as much as the others together, all priorities, and peaks of an
 * hour with 1.5 times what the slots can do, on average nine tenths of it. A claim sees what the store's would: the first 50 by rank, and the first 4 of
 * each tenant.
 */
class DaySimulationTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final int SLOTS = 20;
    private static final double SECONDS_A_TASK = 60;
    private static final double HALF_LIFE_SECONDS = 1_800;
    private static final double[] OF_TENANTS = {0.5, 0.2, 0.15, 0.1, 0.05};
    private static final Map<Priority, Double> MIX = mix();

    private final Ageing ageing = new Ageing(Duration.ofHours(1));

    private record Waiting(String tenant, Priority priority, Instant queuedAt, Rank rank) {}

    private record Running(double endsAt, String tenant) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nothingWaitsLongerThanAgeingAllows(long seed) {
        Map<Priority, Duration> longest = simulate(new SplittableRandom(seed));

        StringBuilder report = new StringBuilder(
                "longest wait by priority, seed " + seed + ", a step of ageing being " + ageing.step() + ":");
        longest.forEach((priority, wait) -> report.append(" %s %s".formatted(priority, wait)));
        System.out.println(report);
        Duration high = longest.getOrDefault(Priority.HIGH, Duration.ZERO);
        longest.forEach((priority, wait) -> {
            Duration ahead = ageing.headStart(Priority.HIGH).minus(ageing.headStart(priority));
            assertThat(wait)
                    .as("%s: level with HIGH after %s, and then as HIGH", priority, ahead)
                    .isLessThan(
                            ahead.isNegative()
                                    ? high.plusMinutes(1)
                                    : ahead.plus(high).plus(ageing.equal()));
        });
        assertThat(longest.get(Priority.BACKGROUND))
                .as("it had to wait at all")
                .isGreaterThan(longest.get(Priority.CRITICAL));
    }

    private Map<Priority, Duration> simulate(SplittableRandom random) {
        Map<String, NavigableSet<Waiting>> waiting = new LinkedHashMap<>();
        PriorityQueue<Running> running = new PriorityQueue<>(Comparator.comparingDouble(Running::endsAt));
        Map<String, Double> use = new HashMap<>();
        Map<Priority, Duration> longest = new EnumMap<>(Priority.class);
        double arrivesAt = 0;
        long number = 0;
        double now = 0;
        while (arrivesAt < DAY.toSeconds() || !running.isEmpty()) {
            boolean arrives = arrivesAt < DAY.toSeconds()
                    && (running.isEmpty() || arrivesAt < running.element().endsAt());
            double then = arrives ? arrivesAt : running.element().endsAt();
            double decay = Math.pow(2, -(then - now) / HALF_LIFE_SECONDS);
            use.replaceAll((tenant, used) -> used * decay);
            for (Running task : running) {
                use.merge(task.tenant(), then - now, Double::sum);
            }
            now = then;
            Instant at = BEGIN.plusMillis((long) (now * 1_000));
            if (arrives) {
                Waiting task = task(random, at, number++);
                waiting.computeIfAbsent(task.tenant(), _ -> new TreeSet<>(Comparator.comparing(Waiting::rank)))
                        .add(task);
                double load = (now / 3_600) % 4 < 1 ? 1.5 : 0.7;
                arrivesAt += -Math.log(1 - random.nextDouble()) * SECONDS_A_TASK / (SLOTS * load);
            } else {
                running.remove();
            }
            while (running.size() < SLOTS) {
                Waiting next = claim(waiting, use, at);
                if (next == null) {
                    break;
                }
                longest.merge(
                        next.priority(), Duration.between(next.queuedAt(), at), (a, b) -> a.compareTo(b) > 0 ? a : b);
                running.add(new Running(now - Math.log(1 - random.nextDouble()) * SECONDS_A_TASK, next.tenant()));
            }
        }
        assertThat(waiting.values()).as("what has come has gone").allMatch(NavigableSet::isEmpty);
        return longest;
    }

    private @Nullable Waiting claim(Map<String, NavigableSet<Waiting>> waiting, Map<String, Double> use, Instant at) {
        List<Turn<Waiting>> candidates = new ArrayList<>();
        Stream.concat(
                        waiting.values().stream()
                                .flatMap(own -> own.stream().limit(50))
                                .sorted(Comparator.comparing(Waiting::rank))
                                .limit(50),
                        waiting.values().stream().flatMap(own -> own.stream().limit(4)))
                .distinct()
                .forEach(
                        task -> candidates.add(new Turn<>(task, task.tenant(), task.priority(), task.rank(), null, 0)));
        Turn<Waiting> next = new ClaimOrder<>(candidates, new FairShares(use, Map.of()), ageing, at).next();
        if (next == null) {
            return null;
        }
        NavigableSet<Waiting> own = waiting.get(next.tenant());
        assertThat(own.remove(next.task())).isTrue();
        return next.task();
    }

    private Waiting task(SplittableRandom random, Instant at, long number) {
        int tenant = 0;
        for (double left = random.nextDouble(); tenant < OF_TENANTS.length - 1 && left > OF_TENANTS[tenant]; tenant++) {
            left -= OF_TENANTS[tenant];
        }
        double left = random.nextDouble();
        Priority priority = Priority.BACKGROUND;
        for (Map.Entry<Priority, Double> part : MIX.entrySet()) {
            if (left < part.getValue()) {
                priority = part.getKey();
                break;
            }
            left -= part.getValue();
        }
        return new Waiting("tenant-" + tenant, priority, at, ageing.rank(priority, at, at, new UUID(0, number)));
    }

    private static Map<Priority, Double> mix() {
        Map<Priority, Double> mix = new EnumMap<>(Priority.class);
        mix.put(Priority.CRITICAL, 0.02);
        mix.put(Priority.HIGH, 0.2);
        mix.put(Priority.NORMAL, 0.48);
        mix.put(Priority.LOW, 0.2);
        mix.put(Priority.BACKGROUND, 0.1);
        return mix;
    }
}
