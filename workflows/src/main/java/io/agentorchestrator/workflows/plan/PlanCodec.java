package io.agentorchestrator.workflows.plan;

import com.google.protobuf.ByteString;
import io.agentorchestrator.history.v1.PlanMessage;
import io.agentorchestrator.workflows.dag.Topology;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** A plan as bytes: a {@link PlanMessage}, deflated. The same plan is always the same bytes. */
public final class PlanCodec {
    /** Three bytes an edge and twenty a task are ample. */
    private static final int MAX_UNPACKED_BYTES =
            3 * Limits.MAX_EDGES_PER_DAG + 20 * Limits.MAX_TASKS_PER_DAG + (1 << 20);

    private static final PackedFormat<PlanMessage> FORMAT = new PackedFormat<>(
            "plan", /* version= */ 1, PlanMessage::getVersion, PlanMessage.parser(), MAX_UNPACKED_BYTES);

    private static final int SAME_AS_BEFORE = 0;
    private static final int[] NO_PARENTS = {};

    private PlanCodec() {}

    /**
     * The plan as bytes.
     *
     * @throws IllegalArgumentException if they are more than {@link Limits#MAX_PLAN_BYTES}
     */
    public static byte[] encode(Plan plan) {
        PlanMessage.Builder out = PlanMessage.newBuilder()
                .setVersion(FORMAT.version())
                .setOnFailure(PlanMessage.OnFailure.valueOf(plan.onFailure().name()))
                .setPriorities(ByteString.copyFrom(plan.priorities()));
        plan.policies().forEach(policy -> out.addPolicies(message(policy)));
        for (float complexity : plan.complexities()) {
            out.addComplexities(complexity);
        }
        if (plan.policies().size() > 1) {
            Arrays.stream(plan.policyOf()).forEach(out::addPolicyOf);
        }
        if (Arrays.stream(plan.parents()).anyMatch(of -> of.length > 0)) {
            addParents(out, plan.parents());
        }
        PlanMessage message = out.build();
        byte[] packed = FORMAT.pack(message);
        if (packed.length > Limits.MAX_PLAN_BYTES || message.getSerializedSize() > MAX_UNPACKED_BYTES) {
            throw new IllegalArgumentException(
                    "the plan takes %,d bytes, and at most %,d are allowed; split the DAG, or give it fewer dependencies"
                            .formatted(packed.length, Limits.MAX_PLAN_BYTES));
        }
        return packed;
    }

    private static PlanMessage.Policy message(RetryPolicy policy) {
        return PlanMessage.Policy.newBuilder()
                .setMaxAttempts(policy.maxAttempts())
                .setInitialIntervalMillis(policy.initialInterval().toMillis())
                .setBackoffCoefficient(policy.backoffCoefficient())
                .setMaxIntervalMillis(policy.maxInterval().toMillis())
                .addAllNonRetryableCodes(policy.nonRetryableCodes())
                .build();
    }

    private static void addParents(PlanMessage.Builder out, int[][] parents) {
        for (int task = 0; task < parents.length; task++) {
            int[] of = parents[task];
            if (task > 0 && Arrays.equals(of, parents[task - 1])) {
                out.addParentCounts(SAME_AS_BEFORE);
                continue;
            }
            out.addParentCounts(of.length + 1);
            for (int at = 0; at < of.length; at++) {
                if (at == 0) {
                    out.addFirstParents(task - of[0]);
                } else {
                    out.addFurtherParents(of[at] - of[at - 1] - 1);
                }
            }
        }
    }

    /**
     * The plan that was encoded, checked throughout.
     *
     * @throws IllegalArgumentException if the bytes are not those of a plan within the limits; it says why
     */
    public static Plan decode(byte[] bytes) {
        if (bytes.length > Limits.MAX_PLAN_BYTES) {
            throw FORMAT.malformed(
                    "it takes %,d bytes, and at most %,d are allowed".formatted(bytes.length, Limits.MAX_PLAN_BYTES));
        }
        return FORMAT.unpack(bytes, PlanCodec::plan);
    }

    private static Plan plan(PlanMessage in) {
        int size = in.getPriorities().size();
        if (size == 0) {
            throw FORMAT.malformed("it has no tasks");
        }
        if (size > Limits.MAX_TASKS_PER_DAG) {
            throw FORMAT.malformed(
                    "it has %,d tasks, and at most %,d are allowed".formatted(size, Limits.MAX_TASKS_PER_DAG));
        }
        List<RetryPolicy> policies =
                in.getPoliciesList().stream().map(PlanCodec::policy).toList();
        byte[] priorities = in.getPriorities().toByteArray();
        float[] complexities = new float[size];
        int[] policyOf = new int[size];
        for (int task = 0; task < size; task++) {
            var _ = Priority.ofKey(priorities[task]);
            complexities[task] = in.getComplexities(task);
            if (!(complexities[task] >= 0) || Float.isInfinite(complexities[task])) {
                throw FORMAT.malformed("a complexity in it is " + complexities[task]);
            }
            policyOf[task] = Objects.checkIndex(policies.size() == 1 ? 0 : in.getPolicyOf(task), policies.size());
        }
        int[][] parents = parents(in, size);
        if (!Topology.of(parents).isAcyclic()) {
            throw FORMAT.malformed("its tasks depend on each other in a cycle");
        }
        return new Plan(
                OnFailure.valueOf(in.getOnFailure().name()), parents, priorities, complexities, policyOf, policies);
    }

    private static RetryPolicy policy(PlanMessage.Policy in) {
        return new RetryPolicy(
                in.getMaxAttempts(),
                Duration.ofMillis(in.getInitialIntervalMillis()),
                in.getBackoffCoefficient(),
                Duration.ofMillis(in.getMaxIntervalMillis()),
                in.getNonRetryableCodesList());
    }

    private static int[][] parents(PlanMessage in, int size) {
        int[][] parents = new int[size][];
        Arrays.fill(parents, NO_PARENTS);
        int edges = 0;
        int firsts = 0;
        int furthers = 0;
        for (int task = 0; task < in.getParentCountsCount(); task++) {
            int count = in.getParentCounts(task);
            if (count == SAME_AS_BEFORE) {
                parents[task] = parents[task - 1];
            } else if (count > 1) {
                int[] of = new int[Objects.checkIndex(count - 1, size)];
                of[0] = Objects.checkIndex(task - in.getFirstParents(firsts++), size);
                for (int at = 1; at < of.length; at++) {
                    int between = Objects.checkIndex(in.getFurtherParents(furthers++), size);
                    of[at] = Objects.checkIndex(of[at - 1] + 1 + between, size);
                }
                parents[task] = of;
            }
            edges += parents[task].length;
            if (edges > Limits.MAX_EDGES_PER_DAG) {
                throw FORMAT.malformed(
                        "it has more than the %,d dependencies that are allowed".formatted(Limits.MAX_EDGES_PER_DAG));
            }
        }
        return parents;
    }
}
