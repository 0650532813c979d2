package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.history.v1.SnapshotMessage;
import io.agentorchestrator.history.v1.SnapshotMessage.Reason;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.plan.PackedFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

/** A planner's snapshot as bytes: a {@link SnapshotMessage}, deflated. */
final class SnapshotCodec {
    private static final PackedFormat<SnapshotMessage> FORMAT = new PackedFormat<>(
            "planner's snapshot",
            /* version= */ 1,
            SnapshotMessage::getVersion,
            SnapshotMessage.parser(),
            /* maxBytes= */ 16 * 1024 * 1024);

    private SnapshotCodec() {}

    static byte[] encode(PlannerSnapshot snapshot) {
        SnapshotMessage.Builder out = SnapshotMessage.newBuilder()
                .setVersion(FORMAT.version())
                .setNextBatch(snapshot.nextBatch())
                .setNextWrite(snapshot.nextWrite())
                .setPaused(snapshot.paused())
                .setRunCancelled(snapshot.runCancelled())
                .setTakenOver(snapshot.takenOver())
                .addAllBackoffLeftMillis(snapshot.backoffLeftMillis().values());
        for (TaskPhase phase : snapshot.phases()) {
            out.addPhases(SnapshotMessage.Phase.valueOf(phase.name()));
        }
        snapshot.releasedAhead().stream().forEach(out::addReleasedAhead);
        snapshot.pastDeadline().stream().forEach(out::addPastDeadline);
        addUnlessZero(snapshot.attemptBases(), out::addAttemptBases);
        addUnlessZero(snapshot.failedAttempts(), out::addFailedAttempts);
        Map<Reason, Integer> reasons = new LinkedHashMap<>();
        for (Decision.Write write : snapshot.pending()) {
            SnapshotMessage.Write.Builder pending = out.addPendingBuilder()
                    .setNumber(write.number())
                    .setCancelled(cancellations(write.cancelled(), reasons))
                    .addAllRequeued(write.requeued());
            for (Decision.Failure failure : write.failed()) {
                pending.addFailedBuilder()
                        .setTask(failure.task())
                        .setAttempt(failure.attempt())
                        .setErrorCode(failure.errorCode());
            }
        }
        out.setCancelling(cancellations(snapshot.cancelling(), reasons)).addAllReasons(reasons.keySet());
        return FORMAT.pack(out.build());
    }

    private static void addUnlessZero(int[] numbers, IntConsumer column) {
        if (Arrays.stream(numbers).anyMatch(number -> number > 0)) {
            Arrays.stream(numbers).forEach(column);
        }
    }

    private static SnapshotMessage.Cancellations cancellations(
            List<Decision.Cancellation> cancellations, Map<Reason, Integer> reasons) {
        SnapshotMessage.Cancellations.Builder out = SnapshotMessage.Cancellations.newBuilder();
        int before = 0;
        for (Decision.Cancellation cancellation : cancellations) {
            Reason.Builder reason =
                    Reason.newBuilder().setCode(cancellation.code()).setText(cancellation.reason());
            if (cancellation.cause() != null) {
                reason.setCause(cancellation.cause());
            }
            out.addTasks(cancellation.task() - before)
                    .addReasons(reasons.computeIfAbsent(reason.build(), _ -> reasons.size()));
            before = cancellation.task();
        }
        return out.build();
    }

    /**
     * The snapshot that was encoded.
     *
     * @param size of the plan
     * @throws IllegalArgumentException if it cannot be read or belongs to another plan
     */
    static PlannerSnapshot decode(byte[] bytes, int size) {
        return FORMAT.unpack(bytes, in -> snapshot(in, size));
    }

    private static PlannerSnapshot snapshot(SnapshotMessage in, int size) {
        if (in.getPhasesCount() != size) {
            throw FORMAT.malformed("it is of %d tasks, but the plan has %d".formatted(in.getPhasesCount(), size));
        }
        TaskPhase[] phases = new TaskPhase[size];
        Map<Integer, Long> backoffLeftMillis = new TreeMap<>();
        for (int task = 0; task < size; task++) {
            phases[task] = TaskPhase.valueOf(in.getPhases(task).name());
            if (phases[task] == TaskPhase.BACKOFF) {
                long left = in.getBackoffLeftMillis(backoffLeftMillis.size());
                backoffLeftMillis.put(task, Math.clamp(left, 0, Limits.MAX_RETRY_INTERVAL.toMillis()));
            }
        }
        List<Decision.Write> pending = new ArrayList<>();
        for (SnapshotMessage.Write write : in.getPendingList()) {
            List<Decision.Failure> failed = write.getFailedList().stream()
                    .map(failure -> new Decision.Failure(
                            Objects.checkIndex(failure.getTask(), size), failure.getAttempt(), failure.getErrorCode()))
                    .toList();
            List<Integer> requeued = write.getRequeuedList().stream()
                    .map(task -> Objects.checkIndex(task, size))
                    .toList();
            pending.add(new Decision.Write(
                    write.getNumber(), failed, cancellations(write.getCancelled(), in, size), requeued));
        }
        return new PlannerSnapshot(
                phases,
                tasks(in.getReleasedAheadList(), size),
                in.getNextBatch(),
                in.getNextWrite(),
                in.getPaused(),
                in.getRunCancelled(),
                pending,
                cancellations(in.getCancelling(), in, size),
                backoffLeftMillis,
                tasks(in.getPastDeadlineList(), size),
                byTask(in.getAttemptBasesCount(), in::getAttemptBases, size),
                byTask(in.getFailedAttemptsCount(), in::getFailedAttempts, size),
                in.getTakenOver());
    }

    private static BitSet tasks(List<Integer> indexes, int size) {
        BitSet tasks = new BitSet();
        indexes.forEach(task -> tasks.set(Objects.checkIndex(task, size)));
        return tasks;
    }

    private static int[] byTask(int count, IntUnaryOperator column, int size) {
        int[] numbers = new int[size];
        if (count > 0) {
            Arrays.setAll(numbers, column);
        }
        return numbers;
    }

    private static List<Decision.Cancellation> cancellations(
            SnapshotMessage.Cancellations in, SnapshotMessage snapshot, int size) {
        List<Decision.Cancellation> cancellations = new ArrayList<>();
        int task = 0;
        for (int at = 0; at < in.getTasksCount(); at++) {
            task = Objects.checkIndex(task + in.getTasks(at), size);
            Reason reason = snapshot.getReasons(in.getReasons(at));
            Integer cause = reason.hasCause() ? reason.getCause() : null;
            cancellations.add(new Decision.Cancellation(task, reason.getCode(), reason.getText(), cause));
        }
        return cancellations;
    }
}
