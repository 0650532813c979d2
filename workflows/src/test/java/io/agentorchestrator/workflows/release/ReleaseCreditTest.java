package io.agentorchestrator.workflows.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.release.Fleet.AgentClass;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReleaseCreditTest {
    private static final List<String> TYPES = List.of("a", "b", "c", "d");

    @Test
    void countsAnAgentsSlotsOnceHoweverManyTypesItServes() {
        ReleaseCredit credit = credit(2, new AgentClass(Set.of("a", "b", "c"), 5));

        assertThat(takeAll(credit, "a") + takeAll(credit, "b") + takeAll(credit, "c"))
                .isEqualTo(10);
    }

    @Test
    void movesTasksToOtherAgentsToMakeRoom() {
        ReleaseCredit credit = credit(1, new AgentClass(Set.of("a", "b"), 3), new AgentClass(Set.of("a"), 3));

        assertThat(takeAll(credit, "a")).isEqualTo(6);
        credit.giveBack("a");
        credit.giveBack("a");
        credit.giveBack("a");

        assertThat(takeAll(credit, "b")).isEqualTo(3);
        assertThat(credit.tryTake("a")).isFalse();
    }

    @Test
    void hasHeadroomWhileHalfOfWhatTheAgentsOfATypeMayTakeIsFree() {
        ReleaseCredit credit = credit(2, new AgentClass(Set.of("a", "b"), 2), new AgentClass(Set.of("b"), 2));

        assertThat(credit.hasHeadroom("a")).isTrue();
        assertThat(credit.hasHeadroom("z")).as("nobody serves it").isFalse();
        credit.tryTake("a");
        credit.tryTake("a");
        assertThat(credit.hasHeadroom("a")).as("two of four").isTrue();
        credit.tryTake("a");
        assertThat(credit.hasHeadroom("a")).as("three of four").isFalse();
        assertThat(credit.hasHeadroom("b")).as("three of eight").isTrue();
        credit.giveBack("a");
        assertThat(credit.hasHeadroom("a")).isTrue();
    }

    @Test
    void givesNoCreditToTypesThatNobodyServes() {
        ReleaseCredit credit = credit(2, new AgentClass(Set.of("a"), 5));

        assertThat(credit.tryTake("z")).isFalse();
        credit.giveBack("z");
        assertThat(credit.left()).isEqualTo(10);
    }

    @Test
    void tellsTheRoomOfEachTypeWithoutTakingIt() {
        ReleaseCredit credit = credit(1, new AgentClass(Set.of("a", "b"), 3), new AgentClass(Set.of("a"), 2));

        assertThat(credit.room("a", 100)).isEqualTo(5);
        assertThat(credit.room("b", 100)).isEqualTo(3);
        assertThat(credit.room("a", 2)).isEqualTo(2);
        assertThat(credit.room("z", 2)).isZero();
        assertThat(credit.left()).isEqualTo(5);
    }

    @Test
    void debitsWhatIsOutstandingAndIgnoresWhatExceedsTheAgents() {
        Fleet fleet = Fleet.of(List.of(new AgentClass(Set.of("a"), 5)));

        assertThat(takeAll(new ReleaseCredit(fleet, Map.of("a", 7, "z", 3), agents -> 10), "a"))
                .isEqualTo(3);
        assertThat(takeAll(new ReleaseCredit(fleet, Map.of("a", 70), agents -> 10), "a"))
                .isZero();
    }

    @Test
    void allowsExactlyTheSetsThatTheAgentsCanTake() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            Fleet fleet = randomFleet(random);
            ReleaseCredit credit = new ReleaseCredit(fleet, Map.of(), AgentClass::slots);
            Map<String, Integer> taken = new HashMap<>();
            for (int step = 0; step < 40; step++) {
                String type = TYPES.get(random.nextInt(TYPES.size()));
                if (random.nextInt(4) == 0 && taken.getOrDefault(type, 0) > 0) {
                    credit.giveBack(type);
                    taken.merge(type, -1, Integer::sum);
                    continue;
                }
                Map<String, Integer> wanted = new HashMap<>(taken);
                wanted.merge(type, 1, Integer::sum);
                boolean fits = fits(fleet, wanted);
                assertThat(credit.tryTake(type))
                        .as("seed %d, round %d, step %d", seed, round, step)
                        .isEqualTo(fits);
                if (fits) {
                    taken = wanted;
                }
            }
        }
    }

    /** Hall's condition: every set of types wants no more than the agents that serve any of them have. */
    private static boolean fits(Fleet fleet, Map<String, Integer> wanted) {
        for (int subset = 1; subset < 1 << TYPES.size(); subset++) {
            Set<String> types = new HashSet<>();
            int want = 0;
            for (int i = 0; i < TYPES.size(); i++) {
                if ((subset & 1 << i) != 0) {
                    types.add(TYPES.get(i));
                    want += wanted.getOrDefault(TYPES.get(i), 0);
                }
            }
            int slots = fleet.classes().stream()
                    .filter(agents -> agents.types().stream().anyMatch(types::contains))
                    .mapToInt(AgentClass::slots)
                    .sum();
            if (want > slots) {
                return false;
            }
        }
        return true;
    }

    private static Fleet randomFleet(Random random) {
        return Fleet.of(random.ints(random.nextInt(1, 5), 1, 1 << TYPES.size())
                .mapToObj(bits -> {
                    Set<String> types = new HashSet<>();
                    for (int i = 0; i < TYPES.size(); i++) {
                        if ((bits & 1 << i) != 0) {
                            types.add(TYPES.get(i));
                        }
                    }
                    return new AgentClass(types, random.nextInt(0, 6));
                })
                .toList());
    }

    private static ReleaseCredit credit(int factor, AgentClass... agents) {
        return new ReleaseCredit(Fleet.of(List.of(agents)), Map.of(), agentClass -> factor * agentClass.slots());
    }

    private static int takeAll(ReleaseCredit credit, String type) {
        int taken = 0;
        while (credit.tryTake(type)) {
            taken++;
        }
        return taken;
    }
}
