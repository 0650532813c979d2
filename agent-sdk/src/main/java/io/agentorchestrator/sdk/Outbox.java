package io.agentorchestrator.sdk;

import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.FromAgent.MessageCase;
import io.agentorchestrator.protocol.v1.TaskRef;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The messages that one stream is still to be sent, in order and bounded. Of the progress, checkpoint and usage of a
 * task only the latest counts, so a newer one takes the place of an older one that has not left yet: a slow stream costs
 * a bounded amount of memory and never holds up an agent.
 */
final class Outbox {
    private record Key(TaskRef ref, MessageCase kind) {}

    /** By {@link Key} where a newer one may take its place, else by an object of its own. */
    private final SequencedMap<Object, FromAgent> waiting = new LinkedHashMap<>();

    private long bytes;
    private boolean closing;
    private boolean broken;

    /** Returns false when there is no room: the stream cannot be saved, its tasks can. */
    synchronized boolean offer(FromAgent message) {
        if (closing) {
            return true;
        }
        Object key = keyOf(message);
        boolean full = waiting.size() >= SdkLimits.OUTBOX_MESSAGES || bytes > SdkLimits.OUTBOX_BYTES;
        if (full && !waiting.containsKey(key)) {
            return false;
        }
        FromAgent older = waiting.put(key, message);
        bytes += message.getSerializedSize() - (older == null ? 0 : older.getSerializedSize());
        notifyAll();
        return true;
    }

    /** Waits for a message and for the stream to be ready for it; null when nothing will come any more. */
    synchronized @Nullable FromAgent take(BooleanSupplier ready) throws InterruptedException {
        while (!broken && (waiting.isEmpty() ? !closing : !ready.getAsBoolean())) {
            wait();
        }
        Map.Entry<Object, FromAgent> next = waiting.pollFirstEntry();
        if (next == null) {
            return null;
        }
        bytes -= next.getValue().getSerializedSize();
        return next.getValue();
    }

    /** The stream may have become ready. */
    synchronized void wake() {
        notifyAll();
    }

    /** Nothing more is taken in; what waits still leaves. */
    synchronized void close() {
        closing = true;
        notifyAll();
    }

    /** Nothing more is taken in, and what waits is dropped. */
    synchronized void abandon() {
        closing = true;
        broken = true;
        waiting.clear();
        bytes = 0;
        notifyAll();
    }

    private static Object keyOf(FromAgent message) {
        return switch (message.getMessageCase()) {
            case PROGRESS -> new Key(message.getProgress().getRef(), MessageCase.PROGRESS);
            case CHECKPOINT -> new Key(message.getCheckpoint().getRef(), MessageCase.CHECKPOINT);
            case USAGE -> new Key(message.getUsage().getRef(), MessageCase.USAGE);
            case LOAD -> new Key(TaskRef.getDefaultInstance(), MessageCase.LOAD);
            case WELCOME, ACCEPTED, REFUSED, UNKNOWN, RESULT, ERROR, MESSAGE_NOT_SET -> new Object();
        };
    }
}
