package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.plan.CompactReader;
import io.agentorchestrator.workflows.plan.CompactWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A planner's state between two executions of a run's workflow.
 *
 * @param phases by task; none is IN_BATCH
 * @param releasedAhead requeuing tasks whose release has come already
 * @param unanswered settlements that may or may not be recorded
 * @param unwanted tasks whose agents were told to stop
 * @param backoffLeftMillis by task
 * @param expired tasks at agents that are past their deadlines
 * @param attemptBases by task, the attempts that policies do not count
 * @param failedAttempts by task, its last attempt that is known to have failed, 0 if none is
 * @param takenOver whether it was made of what the store says, after the run before was lost or had ended
 */
@SuppressWarnings("ArrayRecordComponent")
record PlannerSnapshot(
        TaskPhase[] phases,
        BitSet releasedAhead,
        int nextBatch,
        int nextSettlement,
        boolean paused,
        boolean runCancelled,
        List<Decision.Settle> unanswered,
        List<Decision.Cancellation> unwanted,
        Map<Integer, Long> backoffLeftMillis,
        BitSet expired,
        int[] attemptBases,
        int[] failedAttempts,
        boolean takenOver) {

    private static final int VERSION = 1;

    private static final int MAX_UNPACKED_BYTES = 16 * 1024 * 1024;
    private static final int MAX_TEXT_BYTES = 4 * Limits.MAX_ERROR_MESSAGE_LENGTH;
    private static final int MAX_TEXTS = 1_000_000;
    private static final int PAUSED = 1;
    private static final int RUN_CANCELLED = 2;
    private static final int TAKEN_OVER = 4;
    /** Some attempt base is not 0: all follow. */
    private static final int HAS_ATTEMPT_BASES = 8;
    /** Some attempt has failed: the last of each task follows. */
    private static final int HAS_FAILED_ATTEMPTS = 16;
    /** Some cancellation has a cause: with each follows its cause, if it has one. */
    private static final int HAS_CAUSES = 32;
    /** Beside the code of a task's phase. */
    private static final int RELEASED_AHEAD = 16;

    private static final int EXPIRED = 32;
    /** In place of a task's index plus one. */
    private static final int NO_CAUSE = 0;

    /** Of a run that begins: its batches and settlements are numbered from 1. */
    static PlannerSnapshot initial(int size) {
        return beginning(TaskPhases.allWaiting(size), new int[size], false, false);
    }

    /** Of a run that begins with tasks of a run that was lost or has ended. */
    static PlannerSnapshot takingOver(List<TaskPhase> phases, List<Integer> attemptBases, boolean paused) {
        for (TaskPhase phase : phases) {
            switch (phase) {
                case WAITING, READY, DETACHED, COMPLETED, FAILED, CANCELLED -> {}
                case IN_BATCH, WATCHED, BACKOFF, DUE, REQUEUING ->
                    throw new IllegalArgumentException("a run cannot take over a task that is " + phase
                            + ": only a planner knows that phase; use TaskPhase.taking");
            }
        }
        if (!attemptBases.isEmpty() && attemptBases.size() != phases.size()) {
            throw new IllegalArgumentException(
                    "there are %d attempt bases, but %d tasks: give one for each task, or none"
                            .formatted(attemptBases.size(), phases.size()));
        }
        int[] bases = new int[phases.size()];
        for (int task = 0; task < attemptBases.size(); task++) {
            bases[task] = attemptBases.get(task);
            if (bases[task] < 0) {
                throw new IllegalArgumentException(
                        "the attempt base of task " + task + " is 0 or more, not " + bases[task]);
            }
        }
        return beginning(phases.toArray(TaskPhase[]::new), bases, paused, true);
    }

    private static PlannerSnapshot beginning(TaskPhase[] phases, int[] bases, boolean paused, boolean takenOver) {
        return new PlannerSnapshot(
                phases,
                new BitSet(),
                1,
                1,
                paused,
                false,
                List.of(),
                List.of(),
                Map.of(),
                new BitSet(),
                bases,
                new int[phases.length],
                takenOver);
    }

    static PlannerSnapshot of(
            TaskPhases table,
            Releases releases,
            Batches batches,
            Settlements settlements,
            TaskCompletion endings,
            Deadlines deadlines,
            Attempts attempts,
            boolean paused,
            IntToLongFunction backoffLeftMillis) {
        TaskPhase[] phases = new TaskPhase[table.size()];
        Map<Integer, Long> left = new TreeMap<>();
        for (int task = 0; task < phases.length; task++) {
            phases[task] = table.of(task) == TaskPhase.IN_BATCH ? TaskPhase.DETACHED : table.of(task);
            if (phases[task] == TaskPhase.BACKOFF) {
                left.put(task, Math.max(0, backoffLeftMillis.applyAsLong(task)));
            }
        }
        BitSet requeuingAhead = new BitSet();
        for (int task : table.in(TaskPhase.REQUEUING)) {
            requeuingAhead.set(task, releases.isAhead(task));
        }
        return new PlannerSnapshot(
                phases,
                requeuingAhead,
                batches.nextBatch(),
                settlements.nextSettlement(),
                paused,
                endings.isRunCancelled(),
                settlements.unanswered(),
                endings.unwanted(),
                left,
                deadlines.passedOf(IntStream.range(0, phases.length)
                        .filter(task -> phases[task].isOut())
                        .toArray()),
                attempts.bases(),
                attempts.failed(),
                false);
    }

    byte[] encode() {
        CompactWriter body = new CompactWriter();
        Map<String, Integer> texts = new LinkedHashMap<>();
        boolean hasCauses = Stream.concat(
                        unwanted.stream(), unanswered.stream().flatMap(settle -> settle.cancelled().stream()))
                .anyMatch(cancellation -> cancellation.cause() != null);
        body.writeInt(unanswered.size());
        for (Decision.Settle settle : unanswered) {
            body.writeInt(settle.settlement()).writeInt(settle.failed().size());
            for (Decision.Failure failure : settle.failed()) {
                body.writeInt(failure.task()).writeInt(failure.attempt()).writeInt(number(failure.errorCode(), texts));
            }
            writeCancellations(body, settle.cancelled(), texts, hasCauses);
            body.writeInt(settle.requeued().size());
            settle.requeued().forEach(body::writeInt);
        }
        writeCancellations(body, unwanted, texts, hasCauses);

        CompactWriter out = new CompactWriter();
        out.writeInt(phases.length).writeInt(nextBatch).writeInt(nextSettlement);
        boolean hasBases = Arrays.stream(attemptBases).anyMatch(base -> base > 0);
        boolean hasFailed = Arrays.stream(failedAttempts).anyMatch(attempt -> attempt > 0);
        out.writeByte((paused ? PAUSED : 0)
                | (runCancelled ? RUN_CANCELLED : 0)
                | (takenOver ? TAKEN_OVER : 0)
                | (hasBases ? HAS_ATTEMPT_BASES : 0)
                | (hasFailed ? HAS_FAILED_ATTEMPTS : 0)
                | (hasCauses ? HAS_CAUSES : 0));
        for (int task = 0; task < phases.length; task++) {
            out.writeByte(phases[task].code()
                    | (releasedAhead.get(task) ? RELEASED_AHEAD : 0)
                    | (expired.get(task) ? EXPIRED : 0));
        }
        if (hasBases) {
            Arrays.stream(attemptBases).forEach(out::writeInt);
        }
        if (hasFailed) {
            Arrays.stream(failedAttempts).forEach(out::writeInt);
        }
        backoffLeftMillis.values().forEach(out::writeLong);
        out.writeInt(texts.size());
        texts.keySet().forEach(out::writeText);
        return out.append(body).pack(VERSION);
    }

    private static void writeCancellations(
            CompactWriter out,
            List<Decision.Cancellation> cancellations,
            Map<String, Integer> texts,
            boolean hasCauses) {
        out.writeInt(cancellations.size());
        for (Decision.Cancellation cancellation : cancellations) {
            out.writeInt(cancellation.task())
                    .writeInt(number(cancellation.code(), texts))
                    .writeInt(number(cancellation.reason(), texts));
            if (hasCauses) {
                out.writeInt(cancellation.cause() == null ? NO_CAUSE : cancellation.cause() + 1);
            }
        }
    }

    private static int number(String text, Map<String, Integer> texts) {
        Integer known = texts.putIfAbsent(text, texts.size());
        return known == null ? texts.size() - 1 : known;
    }

    static PlannerSnapshot decode(byte[] bytes, int size) {
        CompactReader in = CompactReader.unpack("planner's snapshot", bytes, VERSION, MAX_UNPACKED_BYTES);
        int found = in.readInt(Limits.MAX_TASKS_PER_DAG);
        if (found != size) {
            throw in.malformed("it is of " + found + " tasks, but the plan has " + size);
        }
        int nextBatch = in.readInt(Integer.MAX_VALUE);
        int nextSettlement = in.readInt(Integer.MAX_VALUE);
        int flags = in.readByte();
        TaskPhase[] phases = new TaskPhase[size];
        BitSet releasedAhead = new BitSet();
        BitSet expired = new BitSet();
        for (int task = 0; task < size; task++) {
            int code = in.readByte();
            phases[task] = TaskPhase.ofCode(code & ~(RELEASED_AHEAD | EXPIRED));
            releasedAhead.set(task, (code & RELEASED_AHEAD) != 0);
            expired.set(task, (code & EXPIRED) != 0);
            if (phases[task] == TaskPhase.IN_BATCH) {
                throw in.malformed("a task in it is in a batch, but no batch outlives its run's execution");
            }
        }
        int[] attemptBases = readAttempts(in, size, (flags & HAS_ATTEMPT_BASES) != 0);
        int[] failedAttempts = readAttempts(in, size, (flags & HAS_FAILED_ATTEMPTS) != 0);
        Map<Integer, Long> left = new TreeMap<>();
        for (int task = 0; task < size; task++) {
            if (phases[task] == TaskPhase.BACKOFF) {
                left.put(task, Math.clamp(in.readLong(), 0, Limits.MAX_RETRY_INTERVAL.toMillis()));
            }
        }
        List<String> texts = readTexts(in);
        boolean hasCauses = (flags & HAS_CAUSES) != 0;
        List<Decision.Settle> unanswered = readSettles(in, size, texts, hasCauses);
        List<Decision.Cancellation> unwanted = readCancellations(in, size, texts, hasCauses);
        in.expectEnd();
        return new PlannerSnapshot(
                phases,
                releasedAhead,
                nextBatch,
                nextSettlement,
                (flags & PAUSED) != 0,
                (flags & RUN_CANCELLED) != 0,
                unanswered,
                unwanted,
                left,
                expired,
                attemptBases,
                failedAttempts,
                (flags & TAKEN_OVER) != 0);
    }

    private static int[] readAttempts(CompactReader in, int size, boolean there) {
        int[] attempts = new int[size];
        if (there) {
            Arrays.setAll(attempts, _ -> in.readInt(Integer.MAX_VALUE));
        }
        return attempts;
    }

    private static List<String> readTexts(CompactReader in) {
        int count = in.readInt(MAX_TEXTS);
        List<String> texts = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            texts.add(in.readText(MAX_TEXT_BYTES));
        }
        return texts;
    }

    private static List<Decision.Settle> readSettles(
            CompactReader in, int size, List<String> texts, boolean hasCauses) {
        int count = in.readInt(MAX_TEXTS);
        List<Decision.Settle> settles = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            int settlement = in.readInt(Integer.MAX_VALUE);
            int failures = in.readInt(Settlements.MAX_TASKS);
            List<Decision.Failure> failed = new ArrayList<>();
            for (int failure = 0; failure < failures; failure++) {
                failed.add(new Decision.Failure(
                        in.readInt(size - 1), in.readInt(Integer.MAX_VALUE), texts.get(in.readInt(texts.size() - 1))));
            }
            List<Decision.Cancellation> cancelled = readCancellations(in, size, texts, hasCauses);
            int requeues = in.readInt(Settlements.MAX_TASKS);
            List<Integer> requeued = new ArrayList<>();
            for (int requeue = 0; requeue < requeues; requeue++) {
                requeued.add(in.readInt(size - 1));
            }
            settles.add(new Decision.Settle(settlement, failed, cancelled, requeued));
        }
        return settles;
    }

    private static List<Decision.Cancellation> readCancellations(
            CompactReader in, int size, List<String> texts, boolean hasCauses) {
        int count = in.readInt(size);
        List<Decision.Cancellation> cancellations = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            cancellations.add(new Decision.Cancellation(
                    in.readInt(size - 1),
                    texts.get(in.readInt(texts.size() - 1)),
                    texts.get(in.readInt(texts.size() - 1)),
                    hasCauses ? readCause(in, size) : null));
        }
        return cancellations;
    }

    private static @Nullable Integer readCause(CompactReader in, int size) {
        int cause = in.readInt(size);
        return cause == NO_CAUSE ? null : (Integer) (cause - 1);
    }
}
