package io.agentorchestrator.workflows.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.release.ClaimOrder.Turn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClaimOrderTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final List<Turn<String>> turns = new ArrayList<>();
    private final Map<String, Double> use = new HashMap<>();
    private final Map<String, Double> weights = new HashMap<>();

    @Test
    void isTheOrderOfRanksForOneTenant() {
        add("late", "one", Priority.NORMAL, 0, null, 0);
        add("early", "one", Priority.NORMAL, 10, null, 0);
        add("high", "one", Priority.HIGH, 0, null, 0);
        add("background", "one", Priority.BACKGROUND, 60, null, 0);
        use.put("one", 1e9);

        assertThat(order()).containsExactly("high", "early", "late", "background");
    }

    @Test
    void putsEarlierDeadlinesFirstAmongEqualsButNotOverABetterPriority() {
        add("none", "one", Priority.NORMAL, 60, null, 0);
        add("later", "one", Priority.NORMAL, 30, NOW.plusSeconds(60), 0);
        add("soon", "two", Priority.NORMAL, 0, NOW.plusSeconds(30), 0);
        add("high", "two", Priority.HIGH, 0, null, 0);
        add("low", "two", Priority.LOW, 0, NOW.plusSeconds(1), 0);

        assertThat(order()).containsExactly("high", "soon", "later", "none", "low");
    }

    @Test
    void putsTheTenantOfTheLowestLoadFirstHoweverOldTheTasksOfAnotherAre() {
        add("oldest", "many", Priority.NORMAL, 60 * 11, null, 0);
        add("old", "many", Priority.NORMAL, 60 * 10, null, 0);
        add("fresh", "few", Priority.NORMAL, 0, null, 0);
        add("urgent", "many", Priority.HIGH, 0, null, 0);
        use.putAll(Map.of("many", 100.0, "few", 10.0));

        assertThat(order()).containsExactly("urgent", "fresh", "oldest", "old");
    }

    @Test
    void hasDeadlinesOfATenantOverItsShareWaitForOthersThatAreWithinTheirs() {
        add("due", "many", Priority.NORMAL, 0, NOW.plusSeconds(1), 0);
        add("free", "few", Priority.NORMAL, 0, null, 0);
        use.putAll(Map.of("many", 100.0, "few", 10.0));

        assertThat(order()).containsExactly("free", "due");
    }

    @Test
    void putsWhatHasWaitedForAStepBesideTheNextPriority() {
        add("aged", "one", Priority.NORMAL, 60 * 16, null, 0);
        add("high", "two", Priority.HIGH, 0, null, 0);

        assertThat(order()).containsExactly("aged", "high");
    }

    @Test
    void putsLongerPathsFirstAmongEquals() {
        add("first", "one", Priority.NORMAL, 5, null, 1_000);
        add("longest", "one", Priority.NORMAL, 0, null, 9_000);
        add("leaf", "two", Priority.NORMAL, 10, null, 0);

        assertThat(order()).containsExactly("longest", "first", "leaf");
    }

    @Test
    void dividesByWeightWhoeverQueuesMost() {
        weights.putAll(Map.of("two", 2.0, "four", 4.0));
        for (int n = 0; n < 1_000; n++) {
            add("one", "one", Priority.NORMAL, n, null, 0);
            if (n < 900) {
                add("two", "two", Priority.NORMAL, n / 100, null, 0);
                add("four", "four", Priority.NORMAL, 0, null, 0);
            }
        }
        ClaimOrder<String> line = new ClaimOrder<>(turns, new FairShares(use, weights), Ageing.STANDARD, NOW);

        Map<String, Integer> given = new HashMap<>();
        for (int slot = 0; slot < 1_400; slot++) {
            Turn<String> next = line.next();
            assertThat(next).isNotNull();
            given.merge(next.tenant(), 1, Integer::sum);
            line.use(next, 0.2);
        }

        assertThat(given.get("one")).isCloseTo(200, within(8));
        assertThat(given.get("two")).isCloseTo(400, within(12));
        assertThat(given.get("four")).isCloseTo(800, within(16));
    }

    private void add(
            String name, String tenant, Priority priority, int minutesAgo, @Nullable Instant deadline, long path) {
        Instant queued = NOW.minus(Duration.ofMinutes(minutesAgo));
        Rank rank = Ageing.STANDARD.rank(priority, queued, queued, new UUID(0, turns.size()));
        turns.add(new Turn<>(name, tenant, priority, rank, deadline, path));
    }

    private List<String> order() {
        ClaimOrder<String> line = new ClaimOrder<>(turns, new FairShares(use, weights), Ageing.STANDARD, NOW);
        List<String> order = new ArrayList<>();
        for (Turn<String> turn = line.next(); turn != null; turn = line.next()) {
            order.add(turn.task());
        }
        return order;
    }
}
