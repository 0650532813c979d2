package io.agentorchestrator.benchmarks.loadtest.generate;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the events of a stream of server-sent events by the lines that hold their data. One thread adds; any reads. */
final class EventCount {
    private static final byte[] DATA = "\ndata:".getBytes(StandardCharsets.US_ASCII);

    private final AtomicLong count = new AtomicLong();
    private int matched;

    /** Adds the next bytes, wherever they are cut. */
    void add(byte[] bytes, int length) {
        int at = matched;
        long found = 0;
        for (int i = 0; i < length; i++) {
            byte each = bytes[i];
            if (each == DATA[at]) {
                at++;
                if (at == DATA.length) {
                    found++;
                    at = 0;
                }
            } else {
                at = each == DATA[0] ? 1 : 0;
            }
        }
        matched = at;
        count.addAndGet(found);
    }

    long count() {
        return count.get();
    }
}
