package io.agentorchestrator.workflows.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SnapshotCodecPropertyTest {
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final List<TaskPhase> PHASES = List.copyOf(EnumSet.complementOf(EnumSet.of(TaskPhase.IN_BATCH)));

    @Test
    void everySnapshotComesBackAsItWas() {
        for (int round = 0; round < 500; round++) {
            long seed = SEED + round;
            PlannerSnapshot snapshot = random(new Random(seed));

            byte[] bytes = SnapshotCodec.encode(snapshot);

            assertThat(SnapshotCodec.decode(bytes, snapshot.phases().length))
                    .as("-Dseed=%d", seed)
                    .usingRecursiveComparison()
                    .isEqualTo(snapshot);
            assertThat(SnapshotCodec.encode(random(new Random(seed)))).isEqualTo(bytes);
        }
    }

    @Test
    void damagedBytesAreRefusedOrStillASnapshot() {
        int refusals = 0;
        for (int round = 0; round < 2_000; round++) {
            long seed = SEED + round;
            Random random = new Random(seed);
            PlannerSnapshot snapshot = random(random);
            byte[] bytes = SnapshotCodec.encode(snapshot);
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(SnapshotCodec.decode(bytes, snapshot.phases().length).phases())
                        .as("-Dseed=%d", seed)
                        .hasSameSizeAs(snapshot.phases());
            } catch (IllegalArgumentException refused) {
                refusals++;
            }
        }
        assertThat(refusals).isPositive();
    }

    private static PlannerSnapshot random(Random random) {
        int size = 1 + random.nextInt(30);
        TaskPhase[] phases = new TaskPhase[size];
        Map<Integer, Long> backoffLeftMillis = new TreeMap<>();
        for (int task = 0; task < size; task++) {
            phases[task] = PHASES.get(random.nextInt(PHASES.size()));
            if (phases[task] == TaskPhase.BACKOFF) {
                backoffLeftMillis.put(task, (long) random.nextInt(60_000));
            }
        }
        List<Decision.Write> pending = new ArrayList<>();
        for (int number = 1; number < 1 + random.nextInt(3); number++) {
            pending.add(new Decision.Write(
                    number,
                    some(random, size)
                            .mapToObj(
                                    task -> new Decision.Failure(task, random.nextInt(4), "CODE-" + random.nextInt(2)))
                            .toList(),
                    cancellations(random, size),
                    some(random, size).boxed().toList()));
        }
        return new PlannerSnapshot(
                phases,
                bits(random, size),
                1 + random.nextInt(1_000),
                1 + random.nextInt(1_000),
                random.nextBoolean(),
                random.nextBoolean(),
                pending,
                cancellations(random, size),
                backoffLeftMillis,
                bits(random, size),
                attempts(random, size),
                attempts(random, size),
                random.nextBoolean());
    }

    private static IntStream some(Random random, int size) {
        return Arrays.stream(random.ints(random.nextInt(4), 0, size).toArray());
    }

    private static BitSet bits(Random random, int size) {
        BitSet bits = new BitSet();
        some(random, size).forEach(bits::set);
        return bits;
    }

    private static int[] attempts(Random random, int size) {
        return random.nextBoolean() ? new int[size] : random.ints(size, 0, 100).toArray();
    }

    private static List<Decision.Cancellation> cancellations(Random random, int size) {
        return some(random, size)
                .mapToObj(task -> new Decision.Cancellation(
                        task,
                        "CODE-" + random.nextInt(2),
                        "reason " + random.nextInt(2),
                        random.nextBoolean() ? null : (Integer) random.nextInt(size)))
                .toList();
    }
}
