package io.agentorchestrator.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundedLinesTest {
    @Test
    void endsOfLinesAreThoseOfEventStreams() throws IOException {
        assertThat(lines("a\nb\rc\r\n\nd\r\r\ne", 9)).containsExactly("a", "b", "c", "", "d", "", "e");
        assertThat(lines("a\n", 9)).containsExactly("a");
        assertThat(lines("", 9)).isEmpty();
    }

    @Test
    void aLongLineIsCutAndTheNextIsWhole() throws IOException {
        assertThat(lines("12345\n123\n1234", 3)).containsExactly("123", "123", "123");
    }

    @Test
    void aLineWithoutEndTakesNoMoreMemoryThanThat() throws IOException {
        Reader endless = new Reader() {
            private int left = 10_000_000;

            @Override
            public int read() {
                return left-- > 0 ? 'x' : -1;
            }

            @Override
            public int read(char[] into, int offset, int length) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() {}
        };

        assertThat(new BoundedLines(endless, 100).next()).hasSize(100);
    }

    private static List<String> lines(String text, int maxChars) throws IOException {
        BoundedLines lines = new BoundedLines(new StringReader(text), maxChars);
        List<String> all = new ArrayList<>();
        for (String line = lines.next(); line != null; line = lines.next()) {
            all.add(line);
        }
        return all;
    }
}
