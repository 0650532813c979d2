package io.agentorchestrator.workflows.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.selector.AgentTraits;
import io.agentorchestrator.workflows.selector.Selector;
import io.agentorchestrator.workflows.selector.TaskSelector;
import io.agentorchestrator.workflows.selector.WaitingSelector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskClassesTest {
    private static final List<String> NAMES = List.of("w", "x", "y", "z");

    @Test
    void isOneClassForEachTypeWhereNobodyNamesTenants() {
        TaskClasses classes = new TaskClasses(List.of(new Eligibility(Set.of("a", "b"), null), open("b")));

        assertThat(classes.all()).containsExactly(TaskClass.of("a"), TaskClass.of("b"));
        assertThat(classes.of("b", "whoever")).isEqualTo(TaskClass.of("b"));
        assertThat(classes.competing().get(TaskClass.of("a")))
                .containsExactlyInAnyOrder(TaskClass.of("a"), TaskClass.of("b"));
        assertThat(classes.named()).isEmpty();
    }

    @Test
    void keepsTenantsTogetherThatTheSameAgentsName() {
        Set<String> thousand =
                IntStream.range(0, 1_000).mapToObj(nth -> "tenant-" + nth).collect(Collectors.toSet());
        TaskClasses classes = new TaskClasses(List.of(open("a"), new Eligibility(Set.of("a"), thousand)));

        assertThat(classes.all()).hasSize(2);
        assertThat(classes.of("a", "tenant-1")).isEqualTo(classes.of("a", "tenant-999"));
        assertThat(classes.of("a", "somebody")).isEqualTo(TaskClass.of("a"));
    }

    @Test
    void hasNoClassOfThoseWhomNobodyTakes() {
        TaskClasses classes = new TaskClasses(List.of(new Eligibility(Set.of("a"), Set.of("x"))));

        assertThat(classes.all()).containsExactly(classes.of("a", "x"));
        assertThat(classes.all()).doesNotContain(classes.of("a", "somebody"), classes.of("b", "x"));
    }

    @Test
    void acceptsOfAClassAllOrNothingAndDividesNoFurtherThanThat() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            List<Eligibility> agents = new ArrayList<>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                agents.add(new Eligibility(some(random), random.nextBoolean() ? null : some(random)));
            }
            TaskClasses classes = new TaskClasses(agents);
            Set<Object> kinds = new HashSet<>();
            Set<TaskClass> used = new HashSet<>();
            for (String type : NAMES) {
                for (String tenant : NAMES) {
                    TaskClass tasks = classes.of(type, tenant);
                    Set<Integer> accepting = new HashSet<>();
                    for (int agent = 0; agent < agents.size(); agent++) {
                        boolean accepts = agents.get(agent).accepts(type, tenant);
                        assertThat(classes.acceptedBy(agent).contains(tasks))
                                .as("seed %d, round %d, %s of %s", seed, round, type, tenant)
                                .isEqualTo(accepts);
                        if (accepts) {
                            accepting.add(agent);
                        }
                    }
                    used.add(tasks);
                    kinds.add(List.of(type, accepting, named(agents, type, tenant)));
                }
            }
            assertThat(used).as("seed %d, round %d", seed, round).hasSameSizeAs(kinds);
        }
    }

    @Test
    void dividesByTheSelectorsThatWaitAsFarAsAgentsDifferInThem() {
        Random random = new Random(Long.getLong("seed", System.nanoTime()));
        for (int round = 0; round < 2_000; round++) {
            List<Eligibility> agents = new ArrayList<>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                agents.add(new Eligibility(some(random), random.nextBoolean() ? null : some(random), traits(random)));
            }
            List<WaitingSelector> waiting = new ArrayList<>();
            for (String type : NAMES) {
                for (String region : some(random)) {
                    Selector required = new Selector(region, null, new TreeMap<>());
                    waiting.add(new WaitingSelector(type + region, type, required));
                }
            }
            TaskClasses classes = new TaskClasses(agents, waiting);
            for (WaitingSelector selector : waiting) {
                for (String tenant : NAMES) {
                    TaskClass tasks = classes.of(selector.taskType(), tenant, selector.key());
                    boolean meant = classes.lines()
                            .getOrDefault(selector.taskType(), Map.of())
                            .containsKey(selector.key());
                    boolean anyMeets = false;
                    for (int agent = 0; agent < agents.size(); agent++) {
                        Eligibility each = agents.get(agent);
                        anyMeets |= each.types().contains(selector.taskType())
                                && selector.conditions().accepts(each.traits());
                        assertThat(meant && classes.acceptedBy(agent).contains(tasks))
                                .as("%s of %s by %s", selector, tenant, each)
                                .isEqualTo(each.accepts(selector.taskType(), tenant, selector.conditions()));
                    }
                    assertThat(meant).isEqualTo(anyMeets);
                }
            }
            assertThat(classes.all()).doesNotHaveDuplicates();
            for (String type : NAMES) {
                assertThat(classes.all().stream()
                                .filter(tasks -> tasks.taskType().equals(type)))
                        .as("a class for each kind of selector and of tenant at most")
                        .hasSizeLessThanOrEqualTo((NAMES.size() + 1) * (NAMES.size() + 1));
            }
        }
    }

    @Test
    void selectorsThatTheSameAgentsMeetAreOneClassAndThoseThatAllMeetAreNone() {
        Eligibility old = new Eligibility(Set.of("a"), null, new AgentTraits("eu", "1.0", Map.of()));
        Eligibility young = new Eligibility(Set.of("a"), null, new AgentTraits("eu", "2.0", Map.of()));
        TaskClasses classes = new TaskClasses(
                List.of(old, young),
                List.of(
                        selector("k1", "{\"region\":\"eu\"}"),
                        selector("k2", "{\"version\":\">=2\"}"),
                        selector("k3", "{\"version\":\"2.0\"}"),
                        selector("k4", "{\"region\":\"mars\"}")));

        assertThat(classes.all()).hasSize(2);
        assertThat(classes.of("a", "x", "k1")).isEqualTo(TaskClass.of("a"));
        assertThat(classes.of("a", "x", "k2"))
                .isEqualTo(classes.of("a", "x", "k3"))
                .isNotEqualTo(TaskClass.of("a"));
        assertThat(classes.lines().get("a")).doesNotContainKey("k4");
        assertThat(classes.acceptedBy(0)).containsExactly(TaskClass.of("a"));
    }

    private static WaitingSelector selector(String key, String json) {
        return new WaitingSelector(key, "a", TaskSelector.parse(json).required());
    }

    private static AgentTraits traits(Random random) {
        return new AgentTraits(NAMES.get(random.nextInt(NAMES.size())), null, Map.of());
    }

    /** Agents that name this tenant, not those that take everybody's tasks. */
    private static Set<Integer> named(List<Eligibility> agents, String type, String tenant) {
        return IntStream.range(0, agents.size())
                .filter(at -> agents.get(at).types().contains(type))
                .filter(at -> contains(agents.get(at).tenants(), tenant))
                .boxed()
                .collect(Collectors.toSet());
    }

    private static boolean contains(@Nullable Set<String> tenants, String tenant) {
        return tenants != null && tenants.contains(tenant);
    }

    private static Set<String> some(Random random) {
        Set<String> some = NAMES.stream().filter(name -> random.nextBoolean()).collect(Collectors.toSet());
        return some.isEmpty() ? Set.of(NAMES.getFirst()) : some;
    }

    private static Eligibility open(String type) {
        return new Eligibility(Set.of(type), null);
    }
}
