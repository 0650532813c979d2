package io.agentorchestrator.workflows.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tasks of one key that leave the backlog as their use allows, start when they like, and are put on record when somebody gets to it. */
class LimitUsePropertyTest {
    private static final long MINUTE = 60_000;

    @Test
    void neverStartsMoreInAnySlidingMinuteHoweverLongTasksAreOnTheirWay() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            int most = 1 + random.nextInt(20);
            long way = 1 + random.nextLong(random.nextBoolean() ? 500 : 90_000);
            long late = 1 + random.nextLong(random.nextBoolean() ? 100 : 30_000);
            CapacityLimit limit = new CapacityLimit("l", new LimitBy.TaskType(), null, null, most, null);
            List<Execution> all = run(random, limit, way, late);
            List<Long> starts = all.stream()
                    .filter(task -> task.begun)
                    .map(task -> task.startsAt)
                    .sorted()
                    .toList();
            for (int at = most; at < starts.size(); at++) {
                assertThat(starts.get(at) - starts.get(at - most))
                        .as("seed %d, round %d: start %d", seed, round, at)
                        .isGreaterThanOrEqualTo(MINUTE);
            }
            if (way < 500) {
                assertThat(starts.size()).as("seed %d: the limit is used", seed).isGreaterThan(most);
            }
        }
    }

    @Test
    void neverHasMoreInFlight() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        CapacityLimit limit = new CapacityLimit("l", new LimitBy.TaskType(), null, 5, null, null);
        List<Execution> all = run(random, limit, 300, 100);
        for (Execution one : all) {
            long beside = all.stream()
                    .filter(other -> other.releasedAt <= one.releasedAt && other.endsAt > one.releasedAt)
                    .count();
            assertThat(beside).as("seed %d", seed).isLessThanOrEqualTo(5);
        }
        assertThat(all.size()).isGreaterThan(100);
    }

    /** Ten minutes of claims; some tasks are killed before they start, some after that with nobody having put the start on record. */
    private static List<Execution> run(Random random, CapacityLimit limit, long way, long late) {
        List<Execution> all = new ArrayList<>();
        for (long now = 0; now < 10 * MINUTE; now += 1 + random.nextInt(400)) {
            LimitUse use = use(all, now);
            int room = use.room(limit, 0);
            for (int n = 0; n < Math.min(room, 50); n++) {
                all.add(new Execution(random, now, way, late));
            }
        }
        return all;
    }

    /** The use as the store tells it: by where tasks are, and by the starts that are on record. */
    private static LimitUse use(List<Execution> all, long now) {
        int inFlight = 0;
        int unstarted = 0;
        int started = 0;
        for (Execution task : all) {
            boolean isRecorded = task.recordedAt <= now;
            inFlight += now < task.endsAt ? 1 : 0;
            unstarted += now < task.endsAt && !isRecorded ? 1 : 0;
            started += isRecorded && task.countsFrom > now - LimitUse.MINUTE_MILLIS ? 1 : 0;
        }
        return new LimitUse(inFlight, unstarted, started, 0, 0);
    }

    private static final class Execution {
        private final long releasedAt;
        private final long startsAt;
        /** The time that its record says; for a start of which nobody knows, when the dispatch was given up. */
        private final long countsFrom;

        private final long recordedAt;
        private final long endsAt;
        private final boolean begun;

        Execution(Random random, long now, long way, long late) {
            releasedAt = now;
            startsAt = now + random.nextLong(way);
            begun = random.nextInt(20) > 0;
            long heardAt = startsAt + random.nextLong(late);
            boolean isKilled = random.nextInt(20) == 0;
            endsAt = heardAt + (isKilled ? 0 : random.nextLong(5_000));
            recordedAt = begun ? (isKilled ? endsAt : heardAt) : Long.MAX_VALUE;
            countsFrom = isKilled ? endsAt : startsAt;
        }
    }
}
