package io.agentorchestrator.api.event;

import org.jspecify.annotations.Nullable;

/** The events that were read last, numbered without gaps: a bounded number of events, and of bytes. Not thread-safe. */
final class RecentEvents {
    /** Of their texts together. */
    static final long MAX_BYTES = 16L * 1024 * 1024;

    private final @Nullable WrittenEvent[] ring;
    private long first;
    private long next;
    private long bytes;

    RecentEvents(int maxEvents) {
        this.ring = new @Nullable WrittenEvent[maxEvents];
    }

    /** Keeps an event, and forgets the oldest where there is no room; its number. */
    long add(WrittenEvent event) {
        if (next - first == ring.length) {
            forget();
        }
        ring[slot(next)] = event;
        bytes += event.text().length;
        next++;
        while (bytes > MAX_BYTES && next - first > 1) {
            forget();
        }
        return next - 1;
    }

    /** The number of the oldest that is kept; that of the next one, if none is. */
    long first() {
        return first;
    }

    /** The number that the next one will have. */
    long next() {
        return next;
    }

    WrittenEvent get(long number) {
        WrittenEvent event = number < first || number >= next ? null : ring[slot(number)];
        if (event == null) {
            throw new IllegalArgumentException("event " + number + " is not kept");
        }
        return event;
    }

    /** Forgets all; numbers go on. */
    void clear() {
        while (first < next) {
            forget();
        }
    }

    private void forget() {
        WrittenEvent oldest = get(first);
        bytes -= oldest.text().length;
        ring[slot(first)] = null;
        first++;
    }

    private int slot(long number) {
        return (int) (number % ring.length);
    }
}
