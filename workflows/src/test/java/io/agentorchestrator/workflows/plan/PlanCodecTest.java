package io.agentorchestrator.workflows.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.agentorchestrator.history.v1.PlanMessage;
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
        byte[] bytes = packed(PlanMessage.newBuilder().setVersion(9).build());

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
        byte[] bytes = Deflate.deflate(new byte[6_000_000]).toByteArray();

        assertThat(bytes).hasSizeLessThan(10_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PlanCodec.decode(bytes))
                .withMessageContaining("at most");
    }

    @Test
    void whatFollowsAPlanIsRefused() {
        byte[] plan = PlanCodec.encode(Plan.ofGroup(Collections.nCopies(3, TASK)));
        byte[] bytes = Arrays.copyOf(plan, plan.length + 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PlanCodec.decode(bytes))
                .withMessageContaining("follows its end");
    }

    @Test
    void columnsThatAreTooShortAreRefused() {
        PlanMessage plan = PlanMessage.newBuilder()
                .setVersion(1)
                .addPolicies(PlanMessage.Policy.newBuilder().setMaxAttempts(1).setBackoffCoefficient(1))
                .setPriorities(ByteString.copyFrom(new byte[] {3, 3}))
                .addComplexities(1)
                .addComplexities(1)
                .addParentCounts(1)
                .addParentCounts(2)
                .addFirstParents(1)
                .build();
        assertThat(PlanCodec.decode(packed(plan)).parents()).isDeepEqualTo(new int[][] {{}, {0}});

        for (PlanMessage shortened : List.of(
                plan.toBuilder().clearComplexities().build(),
                plan.toBuilder().clearPolicies().build(),
                plan.toBuilder().clearFirstParents().build(),
                plan.toBuilder().setParentCounts(0, 0).build(),
                plan.toBuilder().setParentCounts(1, 3).build(),
                plan.toBuilder().setFirstParents(0, 2).build())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PlanCodec.decode(packed(shortened)))
                    .withMessageStartingWith("the plan cannot be read: Index");
        }
    }

    @Test
    void theSamePlanIsTheSameBytes() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(PlanCodec.encode(Plans.random(new Random(seed), 60)))
                    .isEqualTo(PlanCodec.encode(Plans.random(new Random(seed), 60)));
        }
    }

    @Test
    void cutOffPlansAreRefused() {
        byte[] bytes = PlanCodec.encode(Plan.ofGroup(Collections.nCopies(20, TASK)));

        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatIllegalArgumentException().isThrownBy(() -> PlanCodec.decode(cut));
        }
    }

    private static byte[] packed(PlanMessage message) {
        return Deflate.deflate(message.toByteArray()).toByteArray();
    }
}
