package io.agentorchestrator.api.shedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoadSheddingPropertyTest {
    private static final Duration WARM_UP = Duration.ofMinutes(5);

    static LongStream seeds() {
        Long seed = Long.getLong("seed");
        return seed == null ? LongStream.range(0, 15) : LongStream.of(seed);
    }

    /** A random installation, in overload. */
    private record Overload(int apis, double drain, long limit, Duration countInterval, SheddingWorld world) {
        static Overload of(long seed) {
            Random random = new Random(seed);
            int apis = 1 + random.nextInt(4);
            double drain = 50 + random.nextInt(500);
            Duration interval = Duration.ofMillis(1_000 + random.nextInt(9_000));
            // Room for the tasks that drain between counts, as there is by far by default.
            long limit = (long) (drain * (20 + 10 * interval.toSeconds()));
            CapacityLimits limits = new CapacityLimits(true, limit, 1_000_000, Map.of(), apis);
            Overload made =
                    new Overload(apis, drain, limit, interval, new SheddingWorld(seed, limits, drain, interval));
            made.world.run(WARM_UP, (1.5 + 2 * random.nextDouble()) * drain, Priority.NORMAL);
            return made;
        }

        @Override
        public String toString() {
            return "%d APIs, %.0f tasks/s drain, limit %d, counted every %s"
                    .formatted(apis, drain, limit, countInterval);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void underOverloadWhatIsAcceptedIsWhatDrainsWithoutOscillation(long seed) {
        Overload overload = Overload.of(seed);
        SheddingWorld world = overload.world();
        long before = world.open();
        List<Long> eachSecond = new ArrayList<>();
        world.takeAccepted();
        for (int second = 0; second < 200; second++) {
            world.run(Duration.ofSeconds(1), 2 * overload.drain(), Priority.NORMAL);
            eachSecond.add(world.takeAccepted());
        }

        double accepted =
                eachSecond.stream().mapToLong(Long::longValue).average().orElseThrow();
        assertThat(accepted)
                .as("accepted a second: %s", overload)
                .isBetween(0.95 * overload.drain(), 1.05 * overload.drain());
        // Never all or nothing: it is not shut for a second, nor open for as long as a count is gone by.
        assertThat(eachSecond)
                .as(overload.toString())
                .allSatisfy(second -> assertThat((double) second).isGreaterThan(0.4 * overload.drain()));
        int window = (int) overload.countInterval().toSeconds() + 1;
        for (int from = 0; from + window <= eachSecond.size(); from++) {
            double inWindow = eachSecond.subList(from, from + window).stream()
                    .mapToLong(Long::longValue)
                    .average()
                    .orElseThrow();
            assertThat(inWindow).as("from second %d: %s", from, overload).isLessThan(1.35 * overload.drain());
        }
        assertThat(Math.abs(world.open() - before))
                .as("change of open tasks: %s", overload)
                .isLessThan((long) (0.05 * overload.limit()));
        assertThat(world.open())
                .as("open tasks near 90 %% of the limit: %s", overload)
                .isGreaterThan((long) (0.75 * overload.limit()));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void severalApisGoBeyondTheLimitByABoundedNumber(long seed) {
        Overload overload = Overload.of(seed);

        // One API alone knows all that is admitted; of several, the others' part in the drain may shift between counts.
        double others = overload.apis() == 1
                ? 0
                : 0.5 * overload.drain() * overload.countInterval().toMillis() / 1e3;
        double bound = 0.9 * overload.limit() + 2 * overload.apis() + others;
        assertThat((double) overload.world().mostOpen()).as(overload.toString()).isLessThan(bound);
        assertThat(overload.world().refused()).isPositive();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void criticalTasksAreLetInUntilTheLimit(long seed) {
        Overload overload = Overload.of(seed);
        SheddingWorld world = overload.world();
        long refusedBefore = world.refused();

        world.run(Duration.ofSeconds(5), overload.drain(), Priority.CRITICAL);
        assertThat(world.refused()).as(overload.toString()).isEqualTo(refusedBefore);

        world.run(WARM_UP, 3 * overload.drain(), Priority.CRITICAL);
        assertThat(world.refused()).isGreaterThan(refusedBefore);
        assertThat((double) world.open())
                .as(overload.toString())
                .isBetween(0.85 * overload.limit(), overload.limit() + overload.drain() * overload.apis());
    }
}
