package io.agentorchestrator.workflows.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanCodecTest {
    private static final PlanTask TASK = new PlanTask(Priority.NORMAL, 1, RetryPolicy.DEFAULT);

    @Test
    void layersJoinedInFullTakeFewBytesAndLittleTime() {
        int[][] parents = new int[10_000][];
        for (int task = 0; task < parents.length; task++) {
            int layer = task / 100;
            parents[task] = layer == 0
                    ? new int[0]
                    : IntStream.range((layer - 1) * 100, layer * 100).toArray();
        }
        Plan plan = Plan.ofDag(OnFailure.CANCEL_DEPENDENTS, parents, Collections.nCopies(10_000, TASK));
        PlanCodec.decode(PlanCodec.encode(plan));

        long start = System.nanoTime();
        byte[] bytes = PlanCodec.encode(plan);
        Plan decoded = PlanCodec.decode(bytes);
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(bytes).hasSizeLessThan(4_096);
        assertThat(took).isLessThan(Duration.ofSeconds(1));
        assertThat(decoded.parents()).isDeepEqualTo(parents);
    }

    @Test
    void aMillionRandomDependenciesStillFit() {
        Random random = new Random(7);
        int[][] parents = new int[Limits.MAX_TASKS_PER_DAG][];
        for (int task = 0; task < parents.length; task++) {
            int bound = task;
            parents[task] = task < 200
                    ? new int[0]
                    : random.ints(0, bound).distinct().limit(102).sorted().toArray();
        }
        Plan plan = Plan.ofDag(OnFailure.CONTINUE, parents, Collections.nCopies(parents.length, TASK));

        byte[] bytes = PlanCodec.encode(plan);

        assertThat(bytes.length).isLessThan(Limits.MAX_PLAN_BYTES);
        assertThat(PlanCodec.decode(bytes).parents()).isDeepEqualTo(parents);
    }

    @Test
    void planOfAGroupHasNoDependencies() {
        Plan group = PlanCodec.decode(PlanCodec.encode(Plan.ofGroup(List.of(TASK, TASK))));

        assertThat(group.parents()).isDeepEqualTo(new int[2][0]);
        assertThat(group.policies()).containsExactly(RetryPolicy.DEFAULT);
    }

    @Test
    void otherVersionsAreRefusedByNumber() {
        byte[] bytes = PlanCodec.encode(Plan.ofGroup(List.of(TASK)));
        bytes[0] = 9;

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PlanCodec.decode(bytes))
                .withMessageContaining("version is 9");
    }

    @Test
    void planWithoutTasksIsRefused() {
        byte[] bytes = PlanCodec.encode(Plan.ofGroup(List.of()));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PlanCodec.decode(bytes))
                .withMessageContaining("no tasks");
    }

    @Test
    void cyclesAreRefused() {
        byte[] bytes = PlanCodec.encode(Plan.ofDag(OnFailure.CONTINUE, new int[][] {{1}, {0}}, List.of(TASK, TASK)));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PlanCodec.decode(bytes))
                .withMessageContaining("cycle");
    }

    @Test
    void contentThatUnpacksToMoreThanAllowedIsRefusedUnread() {
        CompactWriter bomb = new CompactWriter();
        for (int i = 0; i < 6_000_000; i++) {
            bomb.writeByte(0);
        }
        byte[] bytes = bomb.pack(1);

        assertThat(bytes).hasSizeLessThan(10_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PlanCodec.decode(bytes))
                .withMessageContaining("at most");
    }

    @Test
    void contentLongerThanItSaysIsRefused() {
        byte[] bytes = PlanCodec.encode(Plan.ofGroup(Collections.nCopies(3, TASK)));
        bytes[1]--;

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PlanCodec.decode(bytes))
                .withMessageContaining("longer than it says");
    }

    @Test
    void cutOffPlansAreRefused() {
        byte[] bytes = PlanCodec.encode(Plan.ofGroup(Collections.nCopies(20, TASK)));

        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatIllegalArgumentException().isThrownBy(() -> PlanCodec.decode(cut));
        }
    }
}
