package io.agentorchestrator.workflows.plan;

import io.agentorchestrator.workflows.dag.Topology;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A plan as bytes: column by column, dependencies as distances, deflated. A task with the same dependencies as the one before
 * it takes one byte, so that layers that are joined in full stay small.
 */
public final class PlanCodec {
    private static final int VERSION = 1;
    /** Three bytes an edge and twenty a task are ample. */
    private static final int MAX_UNPACKED_BYTES =
            3 * Limits.MAX_EDGES_PER_DAG + 20 * Limits.MAX_TASKS_PER_DAG + (1 << 20);

    private static final int SAME_AS_BEFORE = 0;

    private PlanCodec() {}

    /**
     * The plan as bytes.
     *
     * @throws IllegalArgumentException if they are more than {@link Limits#MAX_PLAN_BYTES}
     */
    public static byte[] encode(Plan plan) {
        CompactWriter out = new CompactWriter();
        out.writeByte(codeOf(plan.onFailure()));
        writePolicies(out, plan.policies());
        out.writeInt(plan.size());
        for (int task = 0; task < plan.size(); task++) {
            out.writeByte(plan.priorities()[task]);
        }
        for (int task = 0; task < plan.size(); task++) {
            int bits = Float.floatToIntBits(plan.complexities()[task]);
            out.writeByte(bits >>> 24)
                    .writeByte(bits >>> 16)
                    .writeByte(bits >>> 8)
                    .writeByte(bits);
        }
        for (int task = 0; task < plan.size(); task++) {
            out.writeInt(plan.policyOf()[task]);
        }
        writeParents(out, plan.parents());
        byte[] packed = out.pack(VERSION);
        if (packed.length > Limits.MAX_PLAN_BYTES || out.size() > MAX_UNPACKED_BYTES) {
            throw new IllegalArgumentException(
                    "the plan takes %,d bytes, and at most %,d are allowed; split the DAG, or give it fewer dependencies"
                            .formatted(packed.length, Limits.MAX_PLAN_BYTES));
        }
        return packed;
    }

    private static int codeOf(OnFailure onFailure) {
        return switch (onFailure) {
            case CANCEL_DEPENDENTS -> 0;
            case FAIL_FAST -> 1;
            case CONTINUE -> 2;
        };
    }

    private static OnFailure onFailureOf(CompactReader in) {
        int code = in.readByte();
        return switch (code) {
            case 0 -> OnFailure.CANCEL_DEPENDENTS;
            case 1 -> OnFailure.FAIL_FAST;
            case 2 -> OnFailure.CONTINUE;
            default -> throw in.malformed("it says " + code + " of failures");
        };
    }

    private static void writePolicies(CompactWriter out, List<RetryPolicy> policies) {
        out.writeInt(policies.size());
        for (RetryPolicy policy : policies) {
            out.writeInt(policy.maxAttempts())
                    .writeLong(policy.initialInterval().toMillis())
                    .writeLong(Double.doubleToLongBits(policy.backoffCoefficient()))
                    .writeLong(policy.maxInterval().toMillis())
                    .writeInt(policy.nonRetryableCodes().size());
            policy.nonRetryableCodes().forEach(out::writeText);
        }
    }

    private static void writeParents(CompactWriter out, int[][] parents) {
        int[] before = new int[0];
        for (int task = 0; task < parents.length; task++) {
            int[] of = parents[task];
            if (task > 0 && Arrays.equals(of, before)) {
                out.writeInt(SAME_AS_BEFORE);
            } else {
                out.writeInt(of.length + 1);
                for (int at = 0; at < of.length; at++) {
                    if (at == 0) {
                        out.writeSigned(task - of[0]);
                    } else {
                        out.writeInt(of[at] - of[at - 1] - 1);
                    }
                }
            }
            before = of;
        }
    }

    /**
     * The plan that was encoded, checked throughout.
     *
     * @throws IllegalArgumentException if the bytes are not those of a plan within the limits; it says why
     */
    public static Plan decode(byte[] bytes) {
        if (bytes.length > Limits.MAX_PLAN_BYTES) {
            throw new IllegalArgumentException(
                    "the plan cannot be read: it takes %,d bytes, and at most %,d are allowed"
                            .formatted(bytes.length, Limits.MAX_PLAN_BYTES));
        }
        CompactReader in = CompactReader.unpack("plan", bytes, VERSION, MAX_UNPACKED_BYTES);
        OnFailure onFailure = onFailureOf(in);
        List<RetryPolicy> policies = readPolicies(in);
        int size = in.readInt(Limits.MAX_TASKS_PER_DAG);
        if (size == 0) {
            throw in.malformed("it has no tasks");
        }
        byte[] priorities = new byte[size];
        for (int task = 0; task < size; task++) {
            priorities[task] = (byte) Priority.ofKey(in.readByte()).key();
        }
        float[] complexities = new float[size];
        for (int task = 0; task < size; task++) {
            complexities[task] = readComplexity(in);
        }
        int[] policyOf = new int[size];
        for (int task = 0; task < size; task++) {
            policyOf[task] = in.readInt(policies.size() - 1);
        }
        int[][] parents = readParents(in, size);
        in.expectEnd();
        if (!Topology.of(parents).isAcyclic()) {
            throw in.malformed("its tasks depend on each other in a cycle");
        }
        return new Plan(onFailure, parents, priorities, complexities, policyOf, policies);
    }

    private static float readComplexity(CompactReader in) {
        int bits = in.readByte() << 24 | in.readByte() << 16 | in.readByte() << 8 | in.readByte();
        float complexity = Float.intBitsToFloat(bits);
        if (!(complexity >= 0) || Float.isInfinite(complexity)) {
            throw in.malformed("a complexity in it is " + complexity);
        }
        return complexity;
    }

    private static List<RetryPolicy> readPolicies(CompactReader in) {
        int count = in.readInt(Limits.MAX_TASKS_PER_DAG);
        List<RetryPolicy> policies = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            int maxAttempts = in.readInt(Limits.MAX_ATTEMPTS);
            Duration initialInterval = Duration.ofMillis(in.readLong());
            double coefficient = Double.longBitsToDouble(in.readLong());
            Duration maxInterval = Duration.ofMillis(in.readLong());
            int codes = in.readInt(Limits.MAX_NON_RETRYABLE_CODES);
            List<String> nonRetryableCodes = new ArrayList<>();
            for (int code = 0; code < codes; code++) {
                nonRetryableCodes.add(in.readText(4 * Limits.MAX_ERROR_CODE_LENGTH));
            }
            policies.add(new RetryPolicy(maxAttempts, initialInterval, coefficient, maxInterval, nonRetryableCodes));
        }
        return policies;
    }

    private static int[][] readParents(CompactReader in, int size) {
        int[][] parents = new int[size][];
        int edges = 0;
        for (int task = 0; task < size; task++) {
            int count = in.readInt(size);
            if (count == SAME_AS_BEFORE) {
                if (task == 0) {
                    throw in.malformed("its first task refers to one before it");
                }
                parents[task] = parents[task - 1];
            } else {
                parents[task] = readParentsOf(in, task, count - 1, size);
            }
            edges += parents[task].length;
            if (edges > Limits.MAX_EDGES_PER_DAG) {
                throw in.malformed(
                        "it has more than the %,d dependencies that are allowed".formatted(Limits.MAX_EDGES_PER_DAG));
            }
        }
        return parents;
    }

    private static int[] readParentsOf(CompactReader in, int task, int count, int size) {
        int[] parents = new int[count];
        long previous = -1;
        for (int at = 0; at < count; at++) {
            long parent = at == 0 ? (long) task - in.readSigned() : previous + 1 + in.readInt(size);
            if (parent < 0 || parent >= size) {
                throw in.malformed("a dependency in it is out of range");
            }
            parents[at] = (int) parent;
            previous = parent;
        }
        return parents;
    }
}
