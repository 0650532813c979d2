package io.agentorchestrator.sdk;

import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.FromAgent.MessageCase;
import io.agentorchestrator.protocol.v1.TaskRef;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The messages that one stream is still to be sent, in order and bounded. Of the progress, checkpoint and usage of a
 * task only the latest counts, so a newer one takes the place of an older one that has not left yet: a slow stream costs
 * a bounded amount of memory and never holds up an agent.
 */
final class Outbox {
    private record Key(TaskRef ref, MessageCase kind) {}

    private static final class Slot {
        private FromAgent message;
        private final @Nullable Key key;

        Slot(FromAgent message, @Nullable Key key) {
            this.message = message;
            this.key = key;
        }
    }

    private final ArrayDeque<Slot> queue = new ArrayDeque<>();
    private final Map<Key, Slot> replaceable = new HashMap<>();
    private long bytes;
    private boolean closing;
    private boolean broken;

    /** Returns false when there is no room: the stream cannot be saved, its tasks can. */
    synchronized boolean offer(FromAgent message) {
        if (closing) {
            return true;
        }
        Key key = keyOf(message);
        Slot waiting = key == null ? null : replaceable.get(key);
        if (waiting != null) {
            bytes += message.getSerializedSize() - waiting.message.getSerializedSize();
            waiting.message = message;
            return true;
        }
        if (queue.size() >= SdkLimits.OUTBOX_MESSAGES || bytes > SdkLimits.OUTBOX_BYTES) {
            return false;
        }
        Slot slot = new Slot(message, key);
        queue.add(slot);
        bytes += message.getSerializedSize();
        if (key != null) {
            replaceable.put(key, slot);
        }
        notifyAll();
        return true;
    }

    /** Waits for a message and for the stream to be ready for it; null when nothing will come any more. */
    synchronized @Nullable FromAgent take(BooleanSupplier ready) throws InterruptedException {
        while (!broken && (queue.isEmpty() ? !closing : !ready.getAsBoolean())) {
            wait();
        }
        Slot slot = broken ? null : queue.poll();
        if (slot == null) {
            return null;
        }
        if (slot.key != null) {
            replaceable.remove(slot.key);
        }
        bytes -= slot.message.getSerializedSize();
        return slot.message;
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
        queue.clear();
        replaceable.clear();
        bytes = 0;
        notifyAll();
    }

    private static @Nullable Key keyOf(FromAgent message) {
        return switch (message.getMessageCase()) {
            case PROGRESS -> new Key(message.getProgress().getRef(), MessageCase.PROGRESS);
            case CHECKPOINT -> new Key(message.getCheckpoint().getRef(), MessageCase.CHECKPOINT);
            case USAGE -> new Key(message.getUsage().getRef(), MessageCase.USAGE);
            case LOAD -> new Key(TaskRef.getDefaultInstance(), MessageCase.LOAD);
            case WELCOME, ACCEPTED, REFUSED, UNKNOWN, RESULT, ERROR, MESSAGE_NOT_SET -> null;
        };
    }
}
