package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.activities.dispatch.VictimSearches.Sought;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Other workers are asked soon and not too often, over random arrivals. Each minute has 600 rounds. */
class VictimSearchesPropertyTest {
    private static final long ROUND = Duration.ofMillis(100).toNanos();

    @Test
    void aNewWaitIsAskedForSoonAndNoneTooOften() {
        for (long seed = 0; seed < 200; seed++) {
            String drawn = "seed " + seed;
            Random random = new Random(seed);
            List<Sought> all = IntStream.range(0, 1 + random.nextInt(40))
                    .mapToObj(number -> sought("type-" + number))
                    .toList();
            VictimSearches searches = new VictimSearches();
            Map<Sought, Long> newest = new LinkedHashMap<>();
            Map<Sought, Long> asked = new HashMap<>();
            Map<Sought, Long> since = new HashMap<>();
            // All of them at most once before the first is asked again.
            long soon = VictimSearches.LEAST_PAUSE.toNanos() + ROUND * (1 + all.size() / VictimSearches.MAX_AT_ONCE);
            long number = 0;
            for (int round = 0; round < 600; round++) {
                long now = round * ROUND;
                if (random.nextInt(10) == 0) {
                    Sought sought = all.get(random.nextInt(all.size()));
                    newest.put(sought, ++number);
                    since.putIfAbsent(sought, now);
                }
                if (random.nextInt(20) == 0) {
                    Sought gone = all.get(random.nextInt(all.size()));
                    newest.remove(gone);
                    since.remove(gone);
                }

                List<Sought> due = searches.due(newest, now);

                assertThat(due)
                        .as(drawn)
                        .hasSizeLessThanOrEqualTo(VictimSearches.MAX_AT_ONCE)
                        .doesNotHaveDuplicates();
                for (Sought sought : due) {
                    Long before = asked.put(sought, now);
                    assertThat(before == null || now - before >= VictimSearches.LEAST_PAUSE.toNanos())
                            .as("%s: %s is asked for twice within the least pause", drawn, sought)
                            .isTrue();
                    since.remove(sought);
                }
                since.forEach((sought, from) -> assertThat(now - from)
                        .as("%s: %s waits and is not asked for", drawn, sought)
                        .isLessThanOrEqualTo(soon));
            }
        }
    }

    @Test
    void whatIsNeverFoundIsAskedForEverMoreSeldomButNeverForgotten() {
        VictimSearches searches = new VictimSearches();
        Map<Sought, Long> hopeless = Map.of(sought("t"), 1L);
        int asked = 0;
        for (long now = 0; now < 6_000 * ROUND; now += ROUND) {
            asked += searches.due(hopeless, now).size();
        }

        // In ten minutes: six while the pause doubles to half a minute, then twice a minute.
        assertThat(asked).isBetween(20, 28);
    }

    @Test
    void whileThereIsNoAgentItIsLookedForSoonAndThePausesStay() {
        VictimSearches searches = new VictimSearches();
        Sought sought = sought("t");
        Map<Sought, Long> waiting = Map.of(sought, 1L);
        int asked = 0;
        for (long now = 0; now < 600 * ROUND; now += ROUND) {
            asked += searches.due(waiting, now).size();
        }
        assertThat(asked).isEqualTo(7);

        long gone = 600 * ROUND;
        long now = gone;
        int looked = 0;
        for (; now < gone + 600 * ROUND; now += ROUND) {
            if (!searches.due(waiting, now).isEmpty()) {
                looked++;
                searches.nobodyAsked(sought, now);
            }
        }
        assertThat(looked).as("looks at two a second, once the pause was over").isGreaterThan(60);

        long back = now;
        asked = 0;
        for (; now < back + 600 * ROUND; now += ROUND) {
            asked += searches.due(waiting, now).size();
        }
        assertThat(asked).as("at once, and then with the long pauses").isBetween(2, 3);
    }

    private static Sought sought(String type) {
        return new Sought(type, "default", null, Double.POSITIVE_INFINITY, Priority.CRITICAL);
    }
}
