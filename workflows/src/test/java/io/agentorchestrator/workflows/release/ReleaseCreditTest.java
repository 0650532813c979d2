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
    private static final TaskClass A = TaskClass.of("a");
    private static final TaskClass B = TaskClass.of("b");
    private static final TaskClass C = TaskClass.of("c");
    private static final TaskClass Z = TaskClass.of("z");
    private static final List<String> TYPES = List.of("a", "b", "c", "d");

    @Test
    void countsAnAgentsSlotsOnceHoweverManyTypesItServes() {
        ReleaseCredit credit = credit(2, new AgentClass(Set.of("a", "b", "c"), 5));

        assertThat(takeAll(credit, A) + takeAll(credit, B) + takeAll(credit, C)).isEqualTo(10);
    }

    @Test
    void movesTasksToOtherAgentsToMakeRoom() {
        ReleaseCredit credit = credit(1, new AgentClass(Set.of("a", "b"), 3), new AgentClass(Set.of("a"), 3));

        assertThat(takeAll(credit, A)).isEqualTo(6);
        credit.giveBack(A);
        credit.giveBack(A);
        credit.giveBack(A);

        assertThat(takeAll(credit, B)).isEqualTo(3);
        assertThat(credit.tryTake(A)).isFalse();
    }

    @Test
    void hasHeadroomWhileHalfOfWhatTheAgentsOfATypeMayTakeIsFree() {
        ReleaseCredit credit = credit(2, new AgentClass(Set.of("a", "b"), 2), new AgentClass(Set.of("b"), 2));

        assertThat(credit.hasHeadroom(A)).isTrue();
        assertThat(credit.hasHeadroom(Z)).as("nobody serves it").isFalse();
        credit.tryTake(A);
        credit.tryTake(A);
        assertThat(credit.hasHeadroom(A)).as("two of four").isTrue();
        credit.tryTake(A);
        assertThat(credit.hasHeadroom(A)).as("three of four").isFalse();
        assertThat(credit.hasHeadroom(B)).as("three of eight").isTrue();
        credit.giveBack(A);
        assertThat(credit.hasHeadroom(A)).isTrue();
    }

    @Test
    void givesNoCreditToTypesThatNobodyServes() {
        ReleaseCredit credit = credit(2, new AgentClass(Set.of("a"), 5));

        assertThat(credit.tryTake(Z)).isFalse();
        credit.giveBack(Z);
        assertThat(credit.left()).isEqualTo(10);
    }

    @Test
    void tellsTheRoomOfEachTypeWithoutTakingIt() {
        ReleaseCredit credit = credit(1, new AgentClass(Set.of("a", "b"), 3), new AgentClass(Set.of("a"), 2));

        assertThat(credit.room(A, 100)).isEqualTo(5);
        assertThat(credit.room(B, 100)).isEqualTo(3);
        assertThat(credit.room(A, 2)).isEqualTo(2);
        assertThat(credit.room(Z, 2)).isZero();
        assertThat(credit.left()).isEqualTo(5);
    }

    @Test
    void debitsWhatIsOutstandingAndIgnoresWhatExceedsTheAgents() {
        Fleet fleet = Fleet.of(List.of(new AgentClass(Set.of("a"), 5)));

        assertThat(takeAll(new ReleaseCredit(fleet, Map.of(A, 7, Z, 3), agents -> 10), A))
                .isEqualTo(3);
        assertThat(takeAll(new ReleaseCredit(fleet, Map.of(A, 70), agents -> 10), A))
                .isZero();
    }

    @Test
    void doesNotCountTheSlotsOfAgentsThatTakeOnlyOthersTasks() {
        Fleet fleet = Fleet.of(List.of(
                new AgentClass(Set.of("a"), 2),
                new AgentClass(new Eligibility(Set.of("a"), Set.of("one", "two")), 100)));
        ReleaseCredit credit = new ReleaseCredit(fleet, Map.of(), AgentClass::slots);
        TaskClass ofOne = fleet.taskClasses().of("a", "one");

        assertThat(takeAll(credit, fleet.taskClasses().of("a", "somebody"))).isEqualTo(2);
        assertThat(takeAll(credit, ofOne)).isEqualTo(100);
        credit.giveBack(ofOne);
        assertThat(takeAll(credit, fleet.taskClasses().of("a", "two"))).isEqualTo(1);
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
                    credit.giveBack(TaskClass.of(type));
                    taken.merge(type, -1, Integer::sum);
                    continue;
                }
                Map<String, Integer> wanted = new HashMap<>(taken);
                wanted.merge(type, 1, Integer::sum);
                boolean fits = fits(fleet, wanted);
                assertThat(credit.tryTake(TaskClass.of(type)))
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

    private static int takeAll(ReleaseCredit credit, TaskClass tasks) {
        int taken = 0;
        while (credit.tryTake(tasks)) {
            taken++;
        }
        return taken;
    }
}
