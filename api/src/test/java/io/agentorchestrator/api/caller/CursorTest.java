package io.agentorchestrator.api.caller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class CursorTest {
    private static final UUID LAST = UUID.randomUUID();

    @Test
    void leadsBackToWhereThePageEnded() {
        assertThat(Cursor.decode(Cursor.encode(LAST, "tasks"), "tasks")).contains(LAST);
    }

    @Test
    void belongsToItsList() {
        assertThat(Cursor.decode(Cursor.encode(LAST, "tasks"), "dags")).isEmpty();
    }

    @Test
    void whatIsNoCursorIsNone() {
        for (String text : new String[] {
            "", "!", "AAAA", "a".repeat(1_000), Cursor.encode(LAST, "x").substring(1)
        }) {
            assertThat(Cursor.decode(text, "x")).as(text).isEmpty();
        }
    }
}
