package io.agentorchestrator.benchmarks.loadtest.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TaskLogTest {
    private static final int TASKS = 50_000;

    @Test
    void findsEveryTaskByItsIdAndNoOther() {
        TaskLog log = new TaskLog();
        SplittableRandom random = new SplittableRandom(1);
        while (log.size() < TASKS) {
            log.add(
                    Stream.generate(() -> new UUID(random.nextLong(), random.nextLong()))
                            .limit(random.nextInt(1, 200))
                            .toList(),
                    0,
                    0);
        }

        for (int place = 0; place < log.size(); place++) {
            assertThat(log.indexOf(log.id(place))).isEqualTo(place);
        }
        assertThat(log.indexOf(new UUID(1, 2))).isEqualTo(-1);
        assertThat(log.indexOf(
                        new UUID(log.id(7).getLeastSignificantBits(), log.id(7).getMostSignificantBits())))
                .as("the same hash")
                .isEqualTo(-1);
    }
}
