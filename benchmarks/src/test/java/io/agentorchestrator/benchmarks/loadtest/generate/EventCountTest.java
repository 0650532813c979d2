package io.agentorchestrator.benchmarks.loadtest.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EventCountTest {
    private static final byte[] STREAM =
            "HTTP/1.1 200\r\n\r\nretry: 1000\nid: 1-1\n\nid: 2-1\nevent: task\ndata: {\"data:\":1}\n\n: still here\n\nid: 2-2\nevent: task\n\ndata: {}\n\n"
                    .getBytes(StandardCharsets.UTF_8);

    @Test
    void countsLinesOfDataWhereverTheStreamIsCut() {
        for (int size = 1; size <= STREAM.length; size++) {
            EventCount events = new EventCount();
            for (int from = 0; from < STREAM.length; from += size) {
                byte[] part = new byte[Math.min(size, STREAM.length - from)];
                System.arraycopy(STREAM, from, part, 0, part.length);
                events.add(part, part.length);
            }
            assertThat(events.count()).as("in pieces of %d bytes", size).isEqualTo(2);
        }
    }
}
