package io.agentorchestrator.benchmarks.loadtest.generate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the ids out of an acknowledgement of a task, a batch or a DAG, without building a tree of it. */
final class TaskIds {
    private static final byte[] SINGLE = "\"task_id\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BATCH = "\"task_ids\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DAG = "\"tasks\":".getBytes(StandardCharsets.US_ASCII);
    private static final int UUID_CHARS = 36;

    private TaskIds() {}

    /** Two longs for each id; empty where the answer names none. */
    static long[] in(byte[] answer) {
        int single = after(answer, SINGLE);
        if (single >= 0) {
            return upTo(answer, single, ',', 1);
        }
        int batch = after(answer, BATCH);
        if (batch >= 0) {
            return upTo(answer, batch, ']', Integer.MAX_VALUE);
        }
        int dag = after(answer, DAG);
        return dag >= 0 ? upTo(answer, dag, '}', Integer.MAX_VALUE) : new long[0];
    }

    private static int after(byte[] answer, byte[] name) {
        for (int at = 0; at + name.length <= answer.length; at++) {
            if (Arrays.equals(answer, at, at + name.length, name, 0, name.length)) {
                return at + name.length;
            }
        }
        return -1;
    }

    /** Strings of 36 characters with dashes in the right places are ids; a DAG's keys are shorter. */
    private static long[] upTo(byte[] answer, int from, char end, int most) {
        long[] ids = new long[16];
        int count = 0;
        int at = from;
        while (at < answer.length && answer[at] != end && count < most) {
            boolean isId = answer[at] == '"'
                    && at + UUID_CHARS + 1 < answer.length
                    && answer[at + UUID_CHARS + 1] == '"'
                    && answer[at + 9] == '-'
                    && answer[at + 24] == '-';
            if (!isId) {
                at++;
                continue;
            }
            if (2 * count == ids.length) {
                ids = Arrays.copyOf(ids, 2 * ids.length);
            }
            ids[2 * count] = hex(answer, at + 1, 18);
            ids[2 * count + 1] = hex(answer, at + 20, 17);
            count++;
            at += UUID_CHARS + 2;
        }
        return Arrays.copyOf(ids, 2 * count);
    }

    private static long hex(byte[] answer, int from, int chars) {
        long value = 0;
        for (int i = from; i < from + chars; i++) {
            if (answer[i] != '-') {
                value = value << 4 | Character.digit(answer[i], 16);
            }
        }
        return value;
    }
}
