package io.agentorchestrator.workflows.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentorchestrator.workflows.model.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DagGraphTest {

    @Test
    void knowsParentsChildrenLevelsAndOrder() {
        DagGraph diamond = DagGraph.of(
                List.of(node("end", "right", "left"), node("left", "start"), node("right", "start"), node("start")));

        assertThat(diamond.parents()).isDeepEqualTo(new int[][] {{1, 2}, {3}, {3}, {}});
        assertThat(Topology.childrenOf(diamond.parents())).isDeepEqualTo(new int[][] {{}, {0}, {0}, {1, 2}});
        assertThat(diamond.levels()).containsExactly(List.of("start"), List.of("left", "right"), List.of("end"));
        assertThat(diamond.topologicalOrder()).containsExactly(3, 1, 2, 0);
    }

    @Test
    void findsTheCriticalPathAndWhatRemains() {
        DagGraph graph =
                DagGraph.of(List.of(node("a"), node("b", "a"), node("c", "a"), node("d", "b", "c"), node("e")));
        double[] seconds = {1, 5, 2, 1, 6};

        CriticalPath path = graph.criticalPath(seconds);

        assertThat(path.keys()).containsExactly("a", "b", "d");
        assertThat(path.tasks()).containsExactly(0, 1, 3);
        assertThat(path.seconds()).isEqualTo(7);
        assertThat(Topology.of(graph.parents()).remaining(seconds)).containsExactly(7, 6, 3, 1, 6);
    }

    @Test
    void criticalPathBeginsAtARootEvenWhereTasksTakeNoTime() {
        DagGraph graph = DagGraph.of(List.of(node("b", "a"), node("a")));

        assertThat(graph.criticalPath(new double[] {0, 0}).keys()).containsExactly("a", "b");
    }

    @Test
    void lengthsThatCannotBeAreRefused() {
        DagGraph graph = DagGraph.of(List.of(node("a")));

        assertThatIllegalArgumentException().isThrownBy(() -> graph.criticalPath(new double[] {Double.NaN}));
        assertThatIllegalArgumentException().isThrownBy(() -> graph.criticalPath(new double[] {1, 2}));
    }

    @Test
    void emptyDagIsRefused() {
        assertThat(problems(List.of())).containsExactly(new DagProblem.EmptyDag());
    }

    @Test
    void everyProblemIsToldWithItsPlace() {
        List<DagProblem> problems =
                problems(List.of(node("a", "nowhere", "a"), node("b", "a"), node("a"), node("c", "d"), node("d", "c")));

        assertThat(problems)
                .containsExactly(
                        new DagProblem.DuplicateKey("a", 2),
                        new DagProblem.UnknownDependency("a", 0, 0, "nowhere"),
                        new DagProblem.SelfDependency("a", 0, 1),
                        new DagProblem.Cycle(List.of("c", "d", "c")));
        assertThat(problems.stream().map(DagProblem::pointer))
                .containsExactly("/tasks/2/key", "/tasks/0/depends_on/0", "/tasks/0/depends_on/1", "/tasks");
        assertThat(problems.get(1).message()).contains("'a'", "'nowhere'", "remove");
    }

    @Test
    void aRepeatedDependencyIsOneEdge() {
        DagGraph graph = DagGraph.of(List.of(node("a"), node("b", "a", "a", "a"), node("c", "b", "a", "b")));

        assertThat(graph.parents()[1]).containsExactly(0);
        assertThat(graph.parents()[2]).containsExactly(0, 1);
        assertThat(Topology.childrenOf(graph.parents())[0]).containsExactly(1, 2);
        assertThat(graph.repeated())
                .containsExactly(
                        new RepeatedDependency("b", 1, 1, "a"),
                        new RepeatedDependency("b", 1, 2, "a"),
                        new RepeatedDependency("c", 2, 2, "b"));
        assertThat(graph.repeated().getLast().pointer()).isEqualTo("/tasks/2/depends_on/2");
        assertThat(graph.repeated().getLast().message()).contains("'c'", "'b'", "once");
    }

    @Test
    void repetitionsAreToldWithinBounds() {
        DagGraph graph = DagGraph.of(
                List.of(node("a"), node("b", Collections.nCopies(1_000, "a").toArray(String[]::new))));

        assertThat(graph.parents()[1]).containsExactly(0);
        assertThat(graph.repeated()).hasSize(DagGraph.MAX_REPEATED_TOLD);
    }

    @Test
    void cycleIsSpelledOutInOrder() {
        List<DagProblem> problems =
                problems(List.of(node("a", "c"), node("b", "a"), node("c", "b"), node("x", "a"), node("y", "x")));

        assertThat(problems).containsExactly(new DagProblem.Cycle(List.of("a", "c", "b", "a")));
        assertThat(problems.getFirst().message()).contains("a → c → b → a").contains("remove one");
    }

    @Test
    void cycleHasNoShorterCycleInIt() {
        // a ring of 50 with one chord back: 30 → 20 … 30 is the short way round
        List<DagNode> ring = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            List<String> on = new ArrayList<>(List.of("t" + (i + 1) % 50));
            if (i == 30) {
                on.add("t20");
            }
            ring.add(new DagNode("t" + i, on, 1));
        }

        List<DagProblem> problems = problems(ring);

        DagProblem.Cycle cycle = (DagProblem.Cycle) problems.getFirst();
        assertThat(cycle.path()).hasSize(12).startsWith("t20", "t21").endsWith("t30", "t20");
    }

    @Test
    void cyclesOfRandomGraphsAreCyclesWithoutChords() {
        long seed = Long.getLong("seed", 20261123L);
        for (int round = 0; round < 2_000; round++) {
            Random random = new Random(seed + round);
            int size = 2 + random.nextInt(12);
            List<DagNode> nodes = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                int self = i;
                List<String> on = IntStream.range(0, size)
                        .filter(other -> other != self && random.nextInt(size) == 0)
                        .mapToObj(other -> "t" + other)
                        .toList();
                nodes.add(new DagNode("t" + i, on, 1));
            }
            try {
                DagGraph.of(nodes);
            } catch (InvalidDagException e) {
                for (DagProblem problem : e.problems()) {
                    assertIsCycle(nodes, ((DagProblem.Cycle) problem).path(), seed + round);
                }
            }
        }
    }

    private static void assertIsCycle(List<DagNode> nodes, List<String> path, long seed) {
        assertThat(path.getFirst()).as("seed %d", seed).isEqualTo(path.getLast());
        Set<String> members = Set.copyOf(path);
        assertThat(members).as("seed %d: no repeats", seed).hasSize(path.size() - 1);
        for (int at = 0; at + 1 < path.size(); at++) {
            DagNode node = nodes.get(Integer.parseInt(path.get(at).substring(1)));
            List<String> within =
                    node.dependsOn().stream().filter(members::contains).toList();
            assertThat(within).as("seed %d: %s of %s", seed, node.key(), path).containsExactly(path.get(at + 1));
        }
    }

    @Test
    void problemsAreBounded() {
        List<DagNode> nodes =
                IntStream.range(0, 500).mapToObj(i -> node("t" + i, "no" + i)).toList();

        assertThat(problems(nodes)).hasSize(InvalidDagException.MAX_PROBLEMS);
    }

    @Test
    void tooManyTasksAreRefused() {
        List<DagNode> nodes = IntStream.rangeClosed(0, Limits.MAX_TASKS_PER_DAG)
                .mapToObj(i -> node("t" + i))
                .toList();

        List<DagProblem> problems = problems(nodes);

        assertThat(problems).containsExactly(new DagProblem.TooManyTasks(10_001));
        assertThat(problems.getFirst().message()).contains("10,001", "10,000");
    }

    @Test
    @Timeout(5)
    void chainOfTheGreatestLengthIsFine() {
        int size = Limits.MAX_TASKS_PER_DAG;
        List<DagNode> chain = IntStream.range(0, size)
                .mapToObj(i -> i == size - 1 ? node("t" + i) : node("t" + i, "t" + (i + 1)))
                .toList();

        DagGraph graph = DagGraph.of(chain);

        assertThat(graph.levels()).hasSize(size);
        assertThat(graph.criticalPath(ones(size)).seconds()).isEqualTo(size);
    }

    @Test
    @Timeout(5)
    void cycleOfTheGreatestLengthIsFound() {
        int size = Limits.MAX_TASKS_PER_DAG;
        List<DagNode> ring = IntStream.range(0, size)
                .mapToObj(i -> node("t" + i, "t" + (i + 1) % size))
                .toList();

        DagProblem problem = problems(ring).getFirst();

        assertThat(((DagProblem.Cycle) problem).path()).hasSize(size + 1);
        assertThat(problem.message()).contains("9981 more").hasSizeLessThan(500);
    }

    @Test
    void aMillionDependenciesValidateInASecond() {
        int size = Limits.MAX_TASKS_PER_DAG;
        List<DagNode> layers = layered(size, 100);
        List<DagNode> oneTooMany = new ArrayList<>(layers);
        oneTooMany.set(
                0,
                new DagNode(
                        "t0",
                        IntStream.rangeClosed(0, 10_001).mapToObj(i -> "t" + i).toList(),
                        1));
        DagGraph.of(layers);

        long start = System.nanoTime();
        DagGraph graph = DagGraph.of(layers);
        double[] remaining = Topology.of(graph.parents()).remaining(ones(size));
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(took).isLessThan(Duration.ofSeconds(1));
        assertThat(graph.levels()).hasSize(100);
        assertThat(Arrays.stream(remaining).max()).hasValue(100);
        assertThat(problems(oneTooMany)).containsExactly(new DagProblem.TooManyEdges(1_000_002));
    }

    /** Layers of {@code width}, each task depending on the whole layer before; 990,000 dependencies at 10,000 and 100. */
    static List<DagNode> layered(int size, int width) {
        List<DagNode> nodes = new ArrayList<>();
        List<String> before = List.of();
        for (int layer = 0; layer < size / width; layer++) {
            List<String> keys = new ArrayList<>();
            for (int at = 0; at < width; at++) {
                keys.add("t" + (layer * width + at));
                nodes.add(new DagNode(keys.getLast(), before, 1));
            }
            before = keys;
        }
        return nodes;
    }

    private static double[] ones(int size) {
        double[] ones = new double[size];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static List<DagProblem> problems(List<DagNode> nodes) {
        return catchThrowableOfType(InvalidDagException.class, () -> DagGraph.of(nodes))
                .problems();
    }

    private static DagNode node(String key, String... dependsOn) {
        return new DagNode(key, List.of(dependsOn), 1);
    }
}
