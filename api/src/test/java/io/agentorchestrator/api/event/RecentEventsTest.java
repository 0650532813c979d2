package io.agentorchestrator.api.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.store.event.EventReader.Position;
import org.junit.jupiter.api.Test;

class RecentEventsTest {
    private final RecentEvents recent = new RecentEvents(3);

    @Test
    void keepsTheLastOnesUnderTheirNumbers() {
        for (int n = 0; n < 5; n++) {
            assertThat(recent.add(event(n, 10))).isEqualTo(n);
        }

        assertThat(recent.first()).isEqualTo(2);
        assertThat(recent.next()).isEqualTo(5);
        assertThat(recent.get(2).position().xid()).isEqualTo(2);
        assertThat(recent.get(4).position().xid()).isEqualTo(4);
        assertThatThrownBy(() -> recent.get(1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void forgetsTheOldestWhereTextsWouldTakeTooMuch() {
        int third = (int) (RecentEvents.MAX_BYTES / 3) + 1;
        for (int n = 0; n < 3; n++) {
            recent.add(event(n, third));
        }

        assertThat(recent.first()).isEqualTo(1);
        recent.add(event(3, (int) RecentEvents.MAX_BYTES + 1));
        assertThat(recent.first()).as("the last is kept whatever its size").isEqualTo(3);
    }

    @Test
    void numbersGoOnOnceAllIsForgotten() {
        recent.add(event(0, 10));
        recent.clear();

        assertThat(recent.first()).isEqualTo(1);
        assertThat(recent.add(event(1, 10))).isEqualTo(1);
    }

    private static WrittenEvent event(int xid, int bytes) {
        return new WrittenEvent(new Position(xid, 1), "tenant", null, new byte[bytes]);
    }
}
