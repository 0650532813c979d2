package io.agentorchestrator.store.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class EntryIdTest {
    @Test
    void readsWhatItWrites() {
        EntryId id = new EntryId(1_700_000_000_000L, 12);

        assertThat(id).hasToString("1700000000000-12");
        assertThat(EntryId.parse(id.toString())).isEqualTo(id);
    }

    @Test
    void saysHowAnEntryIdLooks() {
        for (String bad : List.of("", "1", "1-", "-1", "1-2-3", "-1-0", "1700000000000-x", " 1-1", "*")) {
            assertThatThrownBy(() -> EntryId.parse(bad))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("<milliseconds>-<sequence>");
        }
        assertThatThrownBy(() -> EntryId.parse("9999999999999999999-0"))
                .isExactlyInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sortsByTimeThenSequence() {
        assertThat(List.of(EntryId.parse("2-0"), EntryId.parse("1-10"), EntryId.parse("1-9")).stream()
                        .sorted())
                .containsExactly(new EntryId(1, 9), new EntryId(1, 10), new EntryId(2, 0));
    }
}
