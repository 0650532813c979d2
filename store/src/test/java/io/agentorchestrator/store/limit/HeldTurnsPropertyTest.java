package io.agentorchestrator.store.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.limit.LimitReader.Lined;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.release.Ageing;
import io.agentorchestrator.workflows.release.ClaimOrder;
import io.agentorchestrator.workflows.release.ClaimOrder.Turn;
import io.agentorchestrator.workflows.release.FairShares;
import io.agentorchestrator.workflows.release.Rank;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HeldTurnsPropertyTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final Ageing AGEING = Ageing.STANDARD;
    private static final List<Priority> PRIORITIES = List.of(Priority.values());

    static LongStream seeds() {
        Long seed = Long.getLong("seed");
        return seed == null ? LongStream.range(0, 200) : LongStream.of(seed);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void choosesAsClaimsDoAndNoMoreThanThereIsRoomFor(long seed) {
        Random random = new Random(seed);
        List<Turn<UUID>> held = held(random, 1 + random.nextInt(60), 1 + random.nextInt(8));
        Map<String, Double> use = use(random);
        int room = random.nextInt(20);
        int most = random.nextInt(30);
        HeldTurns turns = new HeldTurns(room, Map.of());

        List<UUID> chosen = turns.choose(new ArrayList<>(held), most, new FairShares(use, Map.of()), AGEING, NOW);

        ClaimOrder<UUID> order = new ClaimOrder<>(new ArrayList<>(held), new FairShares(use, Map.of()), AGEING, NOW);
        List<UUID> claimed = new ArrayList<>();
        while (claimed.size() < Math.min(Math.min(room, most), held.size())) {
            Turn<UUID> turn = order.next();
            assertThat(turn).isNotNull();
            claimed.add(turn.task());
            order.use(turn, HeldTurns.EXPECTED_SECONDS);
        }
        assertThat(chosen).isEqualTo(claimed);
    }

    /** Others, whatever stayed in line of whomever, have the room that the limit has, less what they have in line. */
    @ParameterizedTest
    @MethodSource("seeds")
    void whatStaysInLineTakesNoRoomOfOtherTenants(long seed) {
        Random random = new Random(seed);
        List<Turn<UUID>> held = held(random, 200, 8);
        int room = 1 + random.nextInt(10);
        Map<String, Lined> lined = new HashMap<>();
        int inLineOfOthers = 0;
        for (int tenant = 0; tenant < 8; tenant++) {
            int inLine = random.nextInt(3);
            int stale = random.nextInt(2) * random.nextInt(100);
            lined.put("t" + tenant, new Lined(inLine, inLine + random.nextInt(3), stale));
            inLineOfOthers += stale == 0 ? inLine : 0;
        }
        HeldTurns turns = new HeldTurns(room, lined);

        List<UUID> chosen =
                turns.choose(new ArrayList<>(held), turns.most(), new FairShares(use(random), Map.of()), AGEING, NOW);

        Map<UUID, String> tenants = new HashMap<>();
        held.forEach(turn -> tenants.put(turn.task(), turn.tenant()));
        long heldOfOthers =
                held.stream().filter(turn -> !stays(lined, turn.tenant())).count();
        assertThat(chosen.stream()
                        .filter(task -> !stays(lined, tenants.getOrDefault(task, "")))
                        .count())
                .isEqualTo(Math.min(heldOfOthers, Math.max(0, room - inLineOfOthers)));
        assertThat(turns.most()).isLessThanOrEqualTo(room + 2 * 8 * 100);
    }

    private static boolean stays(Map<String, Lined> lined, String tenant) {
        return lined.getOrDefault(tenant, Lined.NONE).stale() > 0;
    }

    private static Map<String, Double> use(Random random) {
        Map<String, Double> use = new HashMap<>();
        for (int tenant = 0; tenant < 8; tenant++) {
            use.put("t" + tenant, 10 * random.nextDouble());
        }
        return use;
    }

    private static List<Turn<UUID>> held(Random random, int count, int tenants) {
        List<Turn<UUID>> held = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            UUID task = new UUID(random.nextLong(), random.nextLong());
            Priority priority = PRIORITIES.get(random.nextInt(PRIORITIES.size()));
            Instant queued = NOW.minus(Duration.ofMinutes(random.nextInt(2_000)));
            held.add(new Turn<>(
                    task,
                    "t" + random.nextInt(tenants),
                    priority,
                    new Rank(queued.minus(AGEING.headStart(priority)).toEpochMilli(), task),
                    random.nextInt(4) == 0 ? NOW.plusSeconds(random.nextInt(10_000)) : null,
                    random.nextInt(3)));
        }
        return held;
    }
}
