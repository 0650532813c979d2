package io.agentorchestrator.store.rerun;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.rerun.DagNodes.Node;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.EndCodes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RerunSetPropertyTest {
    private static final TaskStatus[] ENDS = {TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.CANCELLED};
    private static final List<OnFailure> ON_FAILURE = List.of(OnFailure.values());
    private static final List<String> CODES =
            List.of(EndCodes.UPSTREAM_FAILED, EndCodes.UPSTREAM_CANCELLED, EndCodes.DAG_FAILED, EndCodes.CANCELLED);
    private static final int DAGS = 3_000;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    void aRetryLeavesNothingThatDidNotCompleteAndNoDependentOfWhatRunsAgainFromANamedTask() {
        for (int round = 0; round < DAGS; round++) {
            DagNodes dag = dag(OnFailure.CONTINUE);
            BitSet named = new BitSet();
            IntStream.range(0, dag.size())
                    .filter(task -> random.nextInt(6) == 0)
                    .forEach(named::set);

            BitSet again = RerunSet.ofRetry(dag, named);

            BitSet below = descendants(dag, named);
            for (int task = 0; task < dag.size(); task++) {
                assertThat(again.get(task))
                        .as("seed %d, task %d", seed, task)
                        .isEqualTo(below.get(task) || dag.status(task) != TaskStatus.COMPLETED);
            }
        }
    }

    /** What the planner needs of it: nothing runs again that would be cancelled at once for a parent that does not. */
    @Test
    void whatResumesWithAFailedTaskHasNoParentThatKeepsItFromRunning() {
        for (int round = 0; round < DAGS; round++) {
            OnFailure onFailure = ON_FAILURE.get(random.nextInt(ON_FAILURE.size()));
            DagNodes dag = dag(onFailure);
            int failed = random.nextInt(dag.size());
            BitSet again = RerunSet.ofResume(dag, failed);

            assertThat(again.get(failed)).isTrue();
            for (int task = 0; task < dag.size(); task++) {
                if (again.get(task)) {
                    assertThat(task == failed || dag.status(task) != TaskStatus.COMPLETED)
                            .as("seed %d, task %d has completed", seed, task)
                            .isTrue();
                    for (int parent : dag.parents()[task]) {
                        assertThat(again.get(parent)
                                        || dag.status(parent) == TaskStatus.COMPLETED
                                        || (dag.status(parent) == TaskStatus.FAILED && onFailure == OnFailure.CONTINUE))
                                .as("seed %d, %s, task %d, parent %d", seed, onFailure, task, parent)
                                .isTrue();
                    }
                }
            }
            BitSet needed = ancestors(dag, failed);
            BitSet below = descendants(dag, needed);
            if (onFailure == OnFailure.FAIL_FAST) {
                for (int task = 0; task < dag.size(); task++) {
                    assertThat(dag.status(task) == TaskStatus.FAILED && !again.get(task))
                            .as("seed %d, task %d would end all of it again", seed, task)
                            .isFalse();
                }
            } else {
                again.stream()
                        .filter(task -> !needed.get(task))
                        .forEach(task -> assertThat(dag.isCancelledInConsequence(task))
                                .as("seed %d, task %d ends as somebody wished", seed, task)
                                .isTrue());
                again.andNot(below);
                assertThat(again.isEmpty())
                        .as("seed %d: nothing beside the task's dependents", seed)
                        .isTrue();
            }
        }
    }

    private DagNodes dag(OnFailure onFailure) {
        int size = 1 + random.nextInt(12);
        int[][] parents = new int[size][];
        List<Node> nodes = new ArrayList<>();
        for (int task = 0; task < size; task++) {
            parents[task] = IntStream.range(0, task)
                    .filter(parent -> random.nextInt(3) == 0)
                    .toArray();
            nodes.add(new Node(
                    new UUID(0, task),
                    "k" + task,
                    ENDS[random.nextInt(ENDS.length)],
                    CODES.get(random.nextInt(CODES.size()))));
        }
        return new DagNodes(onFailure, parents, nodes);
    }

    private static BitSet ancestors(DagNodes dag, int of) {
        BitSet above = new BitSet();
        above.set(of);
        for (int task = of; task >= 0; task--) {
            if (above.get(task)) {
                Arrays.stream(dag.parents()[task]).forEach(above::set);
            }
        }
        return above;
    }

    private static BitSet descendants(DagNodes dag, BitSet of) {
        BitSet below = (BitSet) of.clone();
        for (int task = 0; task < dag.size(); task++) {
            if (Arrays.stream(dag.parents()[task]).anyMatch(below::get)) {
                below.set(task);
            }
        }
        return below;
    }
}
